import { groupBy } from '../../lambda/core/group-by.ts';
import { type Action, type Facts, GLOBAL } from '../../lambda/core/model.ts';
import { byName, isNamed, type Named, readBefore } from '../../lambda/core/policy/undo.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { awsFor } from '../../lambda/shell/calls/aws.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';

/** What AWS says now of something that comes back only when a person names it, and whether he has. */
export interface InspectedNow {
  readonly comesBack: boolean;
  readonly active?: boolean;
  readonly row: readonly string[];
  readonly document: Facts;
}

const kindNamed = byName(allKinds);

/** Asks each kind about its own. A record that was edited is shown, and asked about nothing. Never rejects. */
export async function inspectNow(
  clients: Clients,
  actions: readonly Action[],
  named: Named,
  now: number,
): Promise<InspectedNow[]> {
  const ofKinds = [...groupBy(actions, ({ kind }) => kind)].map(async ([name, own]) => {
    const kind = kindNamed(name);
    const readable: Action[] = [];
    const edited: InspectedNow[] = [];
    for (const action of own) {
      const read = readBefore(action, kindNamed);
      const { id } = action;
      if ('before' in read) readable.push({ ...action, before: read.before });
      else
        edited.push({
          comesBack: false,
          row: [id, read.problem, 'stays off'],
          document: { id, comesBack: false, problem: read.problem },
        });
    }
    const undo = await kind?.loadUndo?.();
    const found = (await undo?.inspect?.(awsFor(clients, GLOBAL, kind?.limits), readable, now)) ?? [];
    return [
      ...found.map(({ id, active, row, document }): InspectedNow => {
        const comesBack = isNamed(named, id);
        return {
          comesBack,
          ...(active === undefined ? {} : { active }),
          row: [...row, active ? 'is active' : comesBack ? 'COMES BACK' : 'stays off'],
          document: { id, comesBack, ...document },
        };
      }),
      ...edited,
    ];
  });
  return (await Promise.all(ofKinds)).flat();
}
