import { InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';

/** Parses a value with a schema. */
export const one =
  (schema: v.GenericSchema<string, string>) =>
  (value: string): string => {
    const read = v.safeParse(schema, value);
    if (!read.success) throw new InvalidArgumentError(`"${value}" ${read.issues[0].message}`);
    return read.output;
  };

/** Parses one value with a schema and collects repeated flags. */
export const collect =
  (schema: v.GenericSchema<string, string>) =>
  (value: string, earlier: string[] = []): string[] => [...earlier, one(schema)(value)];

/** Parses a time limit. */
export const seconds = (value: string): number => {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 10 || number > 86_400)
    throw new InvalidArgumentError(`"${value}" is not a whole number of seconds from 10 to 86400`);
  return number;
};

/** @param otherwise how long without it, in seconds. */
export const timeoutOption = (otherwise: number): Option =>
  new Option('--timeout <seconds>', 'give up after this long').default(otherwise).argParser(seconds);

/** @param what the document is, e.g. `the result as JSON`. */
export const jsonOption = (what = 'the result as JSON'): Option =>
  new Option('--json', `print ${what} on stdout`);

export const yesOption = (): Option => new Option('--yes', 'do not ask');

/** @param more what is read or written there, and where it is otherwise. */
export const journalOption = (more: string): Option =>
  new Option('--journal <where>', `folder or s3://bucket/prefix ${more}`);

/** Parses the name of an incident, which becomes part of a path. */
export function incidentName(name: string): string {
  if (/^[\w-]{1,64}$/.test(name)) return name;
  throw new InvalidArgumentError(`"${name}" is not an incident: expected e.g. ks-20260131-235959-1f3a`);
}
