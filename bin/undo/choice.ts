import { byName, isNamedOnly, type Named, undoPlan } from '../../lambda/core/policy/undo.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { IncidentRecords } from '../../lambda/shell/journal/incident-records.ts';

const kindNamed = byName(allKinds);
/** What would be undone by this choice. */
export const planOf = ({ records, refused }: IncidentRecords, named: Named) =>
  undoPlan(records, refused, named, kindNamed);
/** What comes back only when a person names it. */
export const namedOnly = (records: IncidentRecords) =>
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
