import { groupBy } from '../../lambda/core/group-by.ts';
import { type Action, type Facts, GLOBAL, keyOf } from '../../lambda/core/model.ts';
import {
  byName,
  isNamed,
  isNamedOnly,
  isWithOwned,
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

/** Users that were denied, or whose sessions were: the deny comes off with a key of theirs, or by their name. */
export const deniedUsers = (records: IncidentRecords): Action[] =>
  planOf(records, 'all').filter((action) => isWithOwned(kindNamed, action));

/**
 * What the person has named, by key or by user.
 * @throws InputError for what this incident did not change: a typo must not pass for something restored.
 */
export function chosen(
  records: IncidentRecords,
  {
    key = [],
    user = [],
    allKeys,
  }: { readonly key?: readonly string[]; readonly user?: readonly string[]; readonly allKeys?: boolean },
): Named {
  if (allKeys) return 'all';
  const { incident } = records;
  const keys = matching(namedOnly(records), key, (id) => `--key: ${id} was not disabled by ${incident}`);
  const users = matching(
    deniedUsers(records),
    user,
    (name) => `--user: ${name} was not denied by ${incident}`,
  );
  const problems = [...keys.unknown, ...users.unknown];
  if (problems.length > 0) throw new InputError(problems);
  return new Set([...keys.found, ...users.found].map(keyOf));
}

function matching(actions: readonly Action[], ids: readonly string[], problem: (id: string) => string) {
  const found = ids.map((id) => actions.filter((action) => sameId(action, id)));
  return {
    found: found.flat(),
    unknown: ids.filter((_, at) => found[at]?.length === 0).map(problem),
  };
}

function sameId({ kind, id }: Action, named: string): boolean {
  const ignoresCase = kindNamed(kind)?.exempt?.ignoresCase;
  return ignoresCase ? id.toLowerCase() === named.toLowerCase() : id === named;
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
        const comesBack = isNamed(named, { kind: name, scope: GLOBAL, id });
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
