import fc from 'fast-check';
import * as v from 'valibot';
import type { Facts, Json } from '../../lambda/core/model.ts';
import { entriesOf, itemOf, unwrapped } from '../../lib/setting-shape.ts';

/** Whatever a kind's schema of its facts allows. @throws Error for a type of schema that is not read here. */
export const anyFacts = (schema: v.GenericSchema<unknown, Facts>): fc.Arbitrary<Facts> =>
  fc
    .record(
      Object.fromEntries(Object.entries(entriesOf(schema)).map(([name, entry]) => [name, anyOf(entry)])),
    )
    // Bounds within a pipe are not read.
    .filter((facts): facts is Facts => v.is(schema, facts));

function anyOf(schema: v.GenericSchema): fc.Arbitrary<Json> {
  const bare = unwrapped(schema);
  if (schema.type === 'nullable') return fc.option(anyOf(bare));
  const item = itemOf(bare);
  if (item) return fc.array(anyOf(item), { maxLength: 4 });
  if ('options' in bare) return fc.constantFrom(...(bare.options as string[]));
  if (bare.type === 'string') return fc.string();
  if (bare.type === 'number') return fc.nat();
  if (bare.type === 'boolean') return fc.boolean();
  if (bare.type === 'object') return anyFacts(bare as v.GenericSchema<unknown, Facts>);
  throw new Error(`nothing says what a fact of type ${bare.type} may be`);
}
