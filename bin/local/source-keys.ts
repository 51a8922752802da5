import { loadSharedConfigFiles } from '@smithy/core/config';

/**
 * Long-term keys that the current profile assumes its role with, followed through `source_profile`: disabling
 * one would lock the caller out as surely as his own. Empty where no profile is used, or where none has a key.
 * Source: AWS SDKs and Tools reference, "Assume role credential provider".
 */
export async function sourceKeys(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  // Keys in the environment win over profiles, unless a profile is named.
  if (env['AWS_ACCESS_KEY_ID'] && !env['AWS_PROFILE']) return [];
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const keys = new Set<string>();
  const visited = new Set<string>();
  let profile: string | undefined = env['AWS_PROFILE'] ?? 'default';
  while (profile !== undefined && !visited.has(profile)) {
    visited.add(profile);
    const settings: Record<string, string | undefined> = {
      ...configFile[profile],
      ...credentialsFile[profile],
    };
    const { aws_access_key_id: key, aws_session_token: token } = settings;
    if (key && !token) keys.add(key);
    profile = settings['source_profile'];
  }
  return [...keys];
}
