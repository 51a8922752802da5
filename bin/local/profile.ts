import { parseKnownFiles } from '@smithy/core/config';
import { InputError } from '../../lambda/core/settings.ts';
import { plain } from '../terminal/lines.ts';

/** How many names a message lists. */
const LISTED = 20;

/** What the two shared files say of each profile: of those that can sign, not of the sections that these refer to. */
export type Profiles = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;

/** The profiles that there are. The SDK keeps the two files in memory, and one that it cannot read counts as empty. */
export async function knownProfiles(): Promise<Profiles> {
  const sections = await parseKnownFiles({});
  return Object.fromEntries(Object.entries(sections).filter(([section]) => isProfile(section)));
}

/** The profile at the beginning of a chain of roles. A chain that leads in a circle begins where it comes back to. */
export function sourceOf(name: string, profiles: Profiles): string {
  const visited = new Set<string>();
  let source = name;
  while (!visited.has(source)) {
    visited.add(source);
    source = profiles[source]?.['source_profile'] ?? source;
  }
  return source;
}

/** The SDK keeps other sections of the config file under names such as `sso-session.work`. */
const isProfile = (section: string): boolean => !/^(?:sso-session|services)\./.test(section);

/** Their names, in a sentence; without any, how to make one. */
export function namesOf(profiles: Profiles): string {
  const names = Object.keys(profiles).sort((a, b) => a.localeCompare(b, 'en'));
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return names.length > 0
    ? `there ${names.length === 1 ? 'is' : 'are'} ${plain(names.slice(0, LISTED).join(', '))}${more}`
    : 'there is no other: aws configure makes one';
}

/**
 * Refuses a profile that is in no file. The SDK would go on and look for other credentials: on a machine of EC2 it would
 * sign with the machine's own role.
 * @param source what names the profile: `--profile` or `AWS_PROFILE`
 * @throws InputError that names the profiles that there are.
 */
export async function refuseUnknownProfile(profile: string, source: string): Promise<void> {
  const known = await knownProfiles();
  if (Object.hasOwn(known, profile)) return;
  const unknown = plain(`there is no profile ${profile}`);
  throw new InputError([`${source}: ${unknown} in the AWS config and credentials files; ${namesOf(known)}`]);
}
