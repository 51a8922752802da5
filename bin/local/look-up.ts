import type { STSClientConfig } from '@aws-sdk/client-sts';
import { loadSharedConfigFiles } from '@smithy/core/config';
import { getSmithyContext } from '@smithy/core/transport';
import type { AwsCredentialIdentity, Pluggable } from '@smithy/types';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import type { Clock } from '../../lambda/shell/clock.ts';
import type { SourceCredentials } from '../../lambda/shell/sources/identity.ts';
import { say } from '../terminal/console.ts';

/** Credentials from a file or the environment are there at once: a person wonders after this long. */
const WAITING_MS = 2_000;

/** What the plugin reads of a call to STS. */
type Signed = { readonly identity?: Partial<AwsCredentialIdentity> };
type Answer = { readonly Credentials?: { readonly AccessKeyId?: string } };

/**
 * The look-up of a command's credentials: made once, so that a person types a code once, whatever runs follow.
 * It notes who signs AssumeRole on the way: whoever disables that key locks the caller out, too.
 */
export class LookUp {
  readonly #signers = new Map<string, AwsCredentialIdentity>();
  /** Access key ids that AssumeRole gave: the roles of a chain. */
  readonly #assumed = new Set<string>();
  #found: (() => Promise<AwsCredentialIdentity>) | undefined;

  /** For the client whose provider chain finds the credentials. */
  get config(): STSClientConfig {
    if (this.#found) return { credentials: this.#found };
    // The SDK hands its clients' configuration to its providers, and these plugins to the STS client that assumes
    // a profile's roles (FromIniInit.clientPlugins). So we see whatever signs, however the profiles are written.
    return { clientPlugins: [this.#noteSigners] } as STSClientConfig;
  }

  /**
   * Shares the credentials of these clients with all later ones, and says what is waited for.
   * @param onEnd is called when there are credentials, or an error for whoever needs them.
   */
  begin(
    clients: Clients,
    { clock, env }: { readonly clock: Clock; readonly env: NodeJS.ProcessEnv },
    onEnd: () => void,
  ): void {
    this.#found ??= () => clients.credentials();
    const over = new AbortController();
    const end = () => {
      over.abort();
      onEnd();
    };
    clients.credentials().then(end, end);
    clock.sleep(WAITING_MS, over.signal).then(
      async () => say(`waiting for credentials: ${await giverOf(env)}`),
      () => {}, // they are there
    );
  }

  /** Long-term keys and sessions at the beginning of the chain of roles. */
  readonly sources: SourceCredentials = () =>
    [...this.#signers.values()].filter(({ accessKeyId }) => !this.#assumed.has(accessKeyId));

  #note(signer: AwsCredentialIdentity): void {
    // A chain begins, perhaps again, with new credentials: older ones may have expired.
    if (!this.#assumed.has(signer.accessKeyId)) this.#signers.clear();
    this.#signers.set(signer.accessKeyId, signer);
  }

  readonly #noteSigners: Pluggable<object, object> = {
    applyToStack: (stack) =>
      stack.add(
        (next, context) => async (args) => {
          const { identity } = (getSmithyContext(context)['selectedHttpAuthScheme'] ?? {}) as Signed;
          if (identity?.accessKeyId) this.#note(identity as AwsCredentialIdentity);
          const result = await next(args);
          const { Credentials } = result.output as Answer;
          if (Credentials?.AccessKeyId) this.#assumed.add(Credentials.AccessKeyId);
          return result;
        },
        { step: 'build', name: 'noteSigners' },
      ),
  };
}

/** What gives the credentials, for a person who waits for it. Never names a command: it may hold a secret. */
async function giverOf(env: NodeJS.ProcessEnv): Promise<string> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const visited = new Set<string>();
  let profile = env['AWS_PROFILE'] || 'default';
  while (!visited.has(profile)) {
    visited.add(profile);
    const settings: Record<string, string | undefined> = {
      ...configFile[profile],
      ...credentialsFile[profile],
    };
    if (settings['source_profile']) profile = settings['source_profile'];
    else if (settings['credential_process'])
      return `the credential_process of profile ${profile} has not answered; it may want a code from you`;
    else if (settings['sso_session'] || settings['sso_start_url'])
      return `single sign-on of profile ${profile} has not answered`;
    else if (settings['credential_source']) return `${settings['credential_source']} has not answered`;
  }
  return `the source of profile ${profile} has not answered`;
}
