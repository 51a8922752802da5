import type { STSClientConfig } from '@aws-sdk/client-sts';
import { getSmithyContext } from '@smithy/core/transport';
import type { AwsCredentialIdentity, Pluggable } from '@smithy/types';
import { Clients, type ListenedClient, overHttp, type Wire } from '../../lambda/shell/calls/clients.ts';
import type { Clock } from '../../lambda/shell/clock.ts';
import type { Identity, SourceCredentials } from '../../lambda/shell/sources/identity.ts';
import { say } from '../terminal/console.ts';
import { isAsking } from '../terminal/question.ts';
import { onlyIn } from './account-check.ts';
import { mfaCode } from './mfa.ts';
import { knownProfiles, sourceOf } from './profile.ts';

/** Credentials from a file or the environment are there at once: a person wonders after this long. */
const WAITING_MS = 2_000;

/** The SDK's own words, such as its nine lines on two sources of credentials: `#sayWhoSigns` says it in one. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What the plugin reads of a call to STS. */
type Signed = { readonly identity?: Partial<AwsCredentialIdentity> };
type Answer = { readonly Credentials?: { readonly AccessKeyId?: string } };

/** What the options and the environment of a command say of its calls. */
export interface CallSettings {
  /** Makes the way to AWS, where it leads through a proxy. */
  readonly wire?: () => Wire;
  /** Is told of each client that is made. */
  readonly onMade?: (client: ListenedClient, region: string) => void;
  /** The only account that may be touched: 12 digits. */
  readonly account?: string;
  /** The profile was named by `--profile`: nobody need be told that it wins. */
  readonly isProfileNamed?: boolean;
}

/**
 * The look-up of a command's credentials: made once, so that a person types a code once, whatever runs follow.
 * It notes who signs AssumeRole on the way: whoever disables that key locks the caller out, too.
 */
export class LookUp {
  readonly #signers = new Map<string, AwsCredentialIdentity>();
  /** Access key ids that AssumeRole gave: the roles of a chain. */
  readonly #assumed = new Set<string>();
  #found: (() => Promise<AwsCredentialIdentity>) | undefined;

  /** Whether somebody has been told who signs. */
  #isSaid = false;
  #deadline: AbortSignal | undefined;

  /** Changed by the options that every command takes, before it begins. */
  settings: CallSettings = {};

  /** Clients of a run: they share one way to AWS, and the credentials with all other runs of this command. */
  clients(clock: Clock, deadline: AbortSignal): Clients {
    const { wire, onMade } = this.settings;
    const way = wire ? wire() : overHttp();
    return new Clients(clock, deadline, way, this.#config(way), onMade);
  }

  /** For the client whose provider chain finds the credentials. */
  #config(way: Wire): STSClientConfig {
    if (this.#found) return { credentials: this.#found };
    const { wire, onMade } = this.settings;
    const tell: Pluggable<object, object> = {
      applyToStack: (middlewareStack) =>
        onMade?.({ config: { serviceId: 'STS' }, middlewareStack }, 'the look-up of credentials'),
    };
    // The SDK hands its clients' configuration to its providers, and these plugins to the STS client that assumes
    // a profile's roles (FromIniInit.clientPlugins). So we see whatever signs, however the profiles are written.
    return {
      clientPlugins: [this.#noteSigners, tell],
      mfaCodeProvider: (serial: string) => mfaCode(serial, this.#deadline),
      // The clients that ask for single sign-on take nothing else from ours.
      ...(wire ? { clientConfig: { requestHandler: way } } : {}),
      logger: SILENT,
    } as STSClientConfig;
  }

  /** Who runs this: of no other account than `--account` names. @throws as `onlyIn`. */
  only(identity: Promise<Identity>, clients: Clients): Promise<Identity> {
    const { account } = this.settings;
    return account === undefined ? identity : onlyIn(account, identity, clients);
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
    this.#deadline = clients.deadline;
    const over = new AbortController();
    const end = () => {
      over.abort();
      onEnd();
    };
    clients.credentials().then((credentials) => {
      this.#sayWhoSigns(env, credentials);
      end();
    }, end);
    clock.sleep(WAITING_MS, over.signal).then(
      async () => {
        if (!isAsking()) say(`waiting for credentials: ${await giverOf(env)}`);
      },
      () => {}, // they are there
    );
  }

  /** Long-term keys and sessions at the beginning of the chain of roles. */
  readonly sources: SourceCredentials = () =>
    [...this.#signers.values()].filter(({ accessKeyId }) => !this.#assumed.has(accessKeyId));

  /** AWS's tools differ: with both set, the AWS CLI takes the keys, and the SDK that we use the profile. */
  #sayWhoSigns(env: NodeJS.ProcessEnv, { accessKeyId }: AwsCredentialIdentity): void {
    const { AWS_PROFILE: profile, AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret } = env;
    if (this.#isSaid || this.settings.isProfileNamed || !profile || !key || !secret) return;
    this.#isSaid = true;
    const [taken, left] =
      accessKeyId === key
        ? ['AWS_ACCESS_KEY_ID', `AWS_PROFILE (${profile})`]
        : [`AWS_PROFILE (${profile})`, 'AWS_ACCESS_KEY_ID'];
    say(`AWS_PROFILE and AWS_ACCESS_KEY_ID are both set: ${taken} signs, and ${left} counts for nothing`);
  }

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
  const profiles = await knownProfiles();
  const profile = sourceOf(env['AWS_PROFILE'] || 'default', profiles);
  const found = profiles[profile] ?? {};
  const settings = found['source_profile'] ? {} : found; // a chain in a circle begins nowhere
  if (settings['credential_process'])
    return `the credential_process of profile ${profile} has not answered; it may want a code from you`;
  if (settings['sso_session'] || settings['sso_start_url'])
    return `single sign-on of profile ${profile} has not answered`;
  if (settings['credential_source']) return `${settings['credential_source']} has not answered`;
  return `the source of profile ${profile} has not answered`;
}
