import type { AwsCredentialIdentity } from '@smithy/types';
import { errorFacts } from '../../core/model.ts';
import { InputError } from '../../core/settings.ts';
import type { Clients } from '../calls/clients.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';

/** A person may have to find a phone and type a code: AWS names no time, so this is ours. */
const CREDENTIALS_MS = 180_000;
const ATTEMPTS = 3;
const AGAIN_MS = 2_000;

/** Errors that say that the credentials are bad: no other region will accept them. */
const BAD_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
]);

/**
 * The credentials of this run, as the SDK's chain finds them. Without them no call can be made, so that nothing
 * can be changed either.
 * @throws InputError with the cause when there are none, or none within three minutes.
 */
export async function credentialsWithin(clients: Clients, clock: Clock): Promise<AwsCredentialIdentity> {
  const look = async (): Promise<AwsCredentialIdentity> => {
    for (let attempt = 1; ; attempt++)
      try {
        return await clients.credentials();
      } catch (thrown) {
        if (thrown instanceof InputError) throw thrown; // a person was asked for a code
        const { code, error } = errorFacts(thrown);
        const isFinal = BAD_CREDENTIALS.has(code) || code.startsWith('AccessDenied');
        if (isFinal || attempt === ATTEMPTS) throw new CredentialsRefused(code, error);
        await clock.sleep(AGAIN_MS, clients.deadline);
      }
  };
  return within(clock, CREDENTIALS_MS, 'whatever gives the credentials', look).catch((thrown: unknown) => {
    if (thrown instanceof InputError) throw thrown;
    throw new InputError([`credentials: ${errorFacts(thrown).error}`]);
  });
}

/** What a person is told where AWS refuses the credentials themselves; undefined for any other error. */
export function refusalOf(thrown: unknown): InputError | undefined {
  if (thrown instanceof InputError) return thrown;
  const { code, error } = errorFacts(thrown);
  return BAD_CREDENTIALS.has(code) ? new CredentialsRefused(code, error) : undefined;
}

/** What to do where nothing more is known. The command line says more: it can read the profiles. */
export const GENERAL_ADVICE =
  'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, to valid ones';

/** There are no credentials, or AWS refuses them. The code says whether they themselves are to blame. */
export class CredentialsRefused extends InputError {
  constructor(
    readonly code: string,
    readonly error: string,
  ) {
    super([`credentials: ${error}. ${GENERAL_ADVICE}`]);
  }
}
