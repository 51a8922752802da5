import { type Allowlist, allowlist } from '../../lambda/core/policy/policy.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { inform } from '../terminal/console.ts';
import { plain } from '../terminal/lines.ts';
import type { Host } from './local-run.ts';

/** Lists of the setting `allow`; a missing one is empty. */
export type AllowLists = Parameters<typeof allowlist>[0];

const NAMES = Object.keys(allowlist()) as (keyof Allowlist)[];

/** All that several lists hold. */
export const joined = (several: readonly AllowLists[]): Allowlist =>
  allowlist(
    Object.fromEntries(NAMES.map((name) => [name, several.flatMap((lists) => [...(lists?.[name] ?? [])])])),
  );

/** All that lists spare, for people: roles only raise no alert, see docs/settings.md. */
export const entriesOf = (lists: AllowLists): string[] =>
  NAMES.filter((name) => name !== 'roles').flatMap((name) => [...(lists?.[name] ?? [])]);

/** Says whose list spares what. */
export function saySpared(whose: string, lists: AllowLists, more = ''): void {
  const entries = entriesOf(lists);
  if (entries.length > 0) inform(`spares what ${whose}: ${plain(entries.join(', '))}${more}`);
}

/**
 * What `killswitch.config.json` in this folder spares, said on stderr. Nothing without the file, or with `--no-config`.
 * @throws InputError when the file cannot be read: what it was meant to spare would be stopped.
 */
export async function configLists(
  { folder }: Pick<Host, 'folder'>,
  { config }: { readonly config?: boolean },
): Promise<AllowLists[]> {
  if (config === false) return [];
  const { CONFIG_FILE, loadAllow } = await import('../../lib/settings.ts');
  try {
    const allow = loadAllow(folder);
    if (!allow) return [];
    saySpared(`${CONFIG_FILE} lists`, allow, ' (--no-config leaves it out)');
    return [allow];
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    throw new InputError([...thrown.problems, `correct ${CONFIG_FILE}, or leave it out with --no-config`]);
  }
}
