import fc from 'fast-check';
import * as v from 'valibot';
import type { Facts, Json } from '../../lambda/core/model.ts';
import { entriesOf, itemOf, unwrapped } from '../../lib/schema-shape.ts';

/** Any facts that a kind's schema allows. @throws Error for a type of schema that is not supported here. */
export const anyFacts = (schema: v.GenericSchema<unknown, Facts>): fc.Arbitrary<Facts> =>
  fc
    .record(
      Object.fromEntries(Object.entries(entriesOf(schema)).map(([name, entry]) => [name, anyOf(entry)])),
    )
    // From a pipe we read only bounds: most values must also pass its other checks (a pattern).
    .filter((facts): facts is Facts => v.is(schema, facts));

function anyOf(schema: v.GenericSchema): fc.Arbitrary<Json> {
  const bare = unwrapped(schema);
  if (schema.type === 'nullable') return fc.option(anyOf(bare));
  const item = itemOf(bare);
  if (item) return fc.array(anyOf(item), { maxLength: 4 });
  if ('options' in bare) return fc.constantFrom(...(bare.options as string[]));
  const { min_value: min = 0, max_value: max = 0x7fffffff } = boundsOf(bare);
  const { min_length: minLength = 0, max_length: maxLength = 64 } = boundsOf(bare);
  if (bare.type === 'string') return fc.string({ minLength, maxLength });
  if (bare.type === 'number') return fc.integer({ min, max });
  if (bare.type === 'boolean') return fc.boolean();
  if (bare.type === 'object') return anyFacts(bare as v.GenericSchema<unknown, Facts>);
  throw new Error(`facts of type ${bare.type} are not supported here`);
}

const BOUNDS = ['min_value', 'max_value', 'min_length', 'max_length', 'non_empty'] as const;
type Bounds = Partial<Record<(typeof BOUNDS)[number], number>>;

/** The bounds that a pipe sets. */
function boundsOf(schema: v.GenericSchema): Bounds {
  const steps = 'pipe' in schema ? (schema.pipe as readonly { type: string; requirement?: unknown }[]) : [];
  const bounds: Bounds = {};
  for (const { type, requirement } of steps) {
    const bound = BOUNDS.find((name) => name === type);
    if (bound === 'non_empty') bounds.min_length = 1;
    else if (bound && typeof requirement === 'number') bounds[bound] = requirement;
  }
  return bounds;
}
