import * as v from 'valibot';
import { plain } from './plain-text.ts';

/** Characters. Larger than any document that we write: 2,000 samples of 30 regions are 2 MB. */
const LONGEST = 4_000_000;
const LONGEST_PROBLEM = 200;
/** The name of a store's error about an object that is too large to be ours: it counts as missing. */
export const TOO_LARGE = 'ObjectTooLarge';

/**
 * Reads a JSON document beside the journal. An intruder who may write to the bucket may have written it. A
 * document that does not fit the schema counts as missing; `problem` says why in one short line, whatever the
 * document holds.
 */
export function readDocument<const S extends v.GenericSchema>(
  key: string,
  schema: S,
  text: string,
): { readonly value: v.InferOutput<S> } | { readonly problem: string } {
  if (text.length > LONGEST)
    return { problem: `${key}: it is ${(text.length / 1e6).toFixed(1)} MB long, more than we ever write` };
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (read.success) return { value: read.output };
  const [{ message, path }] = read.issues;
  const field = path?.map((item) => String(item.key)).join('.');
  return { problem: `${key}: ${plain(`${field ? `${field}: ` : ''}${message}`, LONGEST_PROBLEM)}` };
}
