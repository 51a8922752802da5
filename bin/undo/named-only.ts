import { groupBy } from '../../lambda/core/group-by.ts';
import { type Action, type Facts, GLOBAL } from '../../lambda/core/model.ts';
import {
  byName,
  isNamed,
  isNamedOnly,
  type Named,
  readBefore,
  undoPlan,
} from '../../lambda/core/policy/undo.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { awsFor } from '../../lambda/shell/calls/aws.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import type { IncidentRecords } from '../../lambda/shell/journal/incident-records.ts';

const kindNamed = byName(allKinds);

/** What would be undone by this choice. */
export const planOf = ({ records, refused }: IncidentRecords, named: Named): Action[] =>
  undoPlan(records, refused, named, kindNamed);

/** What comes back only when a person names it. */
export const namedOnly = (records: IncidentRecords): Action[] =>
  planOf(records, 'all').filter((action) => isNamedOnly(kindNamed, action));

/** @throws InputError for a key that this incident did not disable: a typo must not pass for a restored key. */
export function chosen(
  records: IncidentRecords,
  { key = [], allKeys }: { readonly key?: readonly string[]; readonly allKeys?: boolean },
): Named {
  if (allKeys) return 'all';
  const disabled = new Set(namedOnly(records).map(({ id }) => id));
  const foreign = key.filter((id) => !disabled.has(id));
  if (foreign.length > 0)
    throw new InputError(foreign.map((id) => `--key: ${id} was not disabled by ${records.incident}`));
  return new Set(key);
}

/** What AWS says now of something that comes back only when a person names it, and whether one has. */
export interface InspectedNow {
  readonly comesBack: boolean;
  readonly active?: boolean;
  readonly row: readonly string[];
  readonly document: Facts;
}

/** Asks each kind about its own. A record that was edited is shown, and nothing is asked about it. Never rejects. */
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
