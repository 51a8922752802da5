import { loadSharedConfigFiles } from '@smithy/core/config';
import { InputError } from '../../lambda/core/settings.ts';
import { plain } from '../terminal/lines.ts';

/** How many names a message lists. */
const LISTED = 20;

/**
 * Refuses a profile that is in no file. The SDK would go on and look for other credentials: on a machine of EC2 it would
 * sign with the machine's own role.
 * @param source what names the profile: `--profile` or `AWS_PROFILE`
 * @throws InputError that names the profiles that there are.
 */
export async function refuseUnknownProfile(profile: string, source: string): Promise<void> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const known = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)].filter(isProfile));
  if (known.has(profile)) return;
  const names = [...known].sort();
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  const there =
    names.length > 0
      ? `there are ${names.slice(0, LISTED).join(', ')}${more}`
      : 'there is none: aws configure makes one';
  throw new InputError([
    plain(`${source}: there is no profile ${profile} in the AWS config and credentials files; ${there}`),
  ]);
}

/** The SDK keeps other sections of the config file under names such as `sso-session.work`. */
const isProfile = (section: string): boolean => !/^(?:sso-session|services)\./.test(section);
