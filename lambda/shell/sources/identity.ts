import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { errorFacts, type Gap, GLOBAL } from '../../core/model.ts';
import { callerFrom, unidentifiedCaller } from '../../core/policy/caller.ts';
import type { Caller } from '../../core/policy/policy.ts';
import { GLOBAL_REGION } from '../../core/regions.ts';
import { InputError } from '../../core/settings.ts';
import type { Clients } from '../calls/clients.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';

export interface Identity {
  readonly caller: Caller;
  readonly gap?: Gap;
}

const LIMIT_MS = 5_000;
const HEDGE_MS = 1_500;
const FALLBACK_REGIONS = ['us-west-2', 'eu-west-1'];

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
 * Asks STS who we are: us-east-1 first, and two other regions when it does not answer within 1.5 s. Takes at
 * most 5 s, because an outage of STS must not keep the machines running.
 * @throws InputError when the credentials are missing, expired or refused, or belong to another partition.
 */
export async function identify(
  clients: Clients,
  clock: Clock,
  sourceKeys: readonly string[],
): Promise<Identity> {
  let own: { accessKeyId: string; temporary: boolean } | undefined;
  const ask = async (over: AbortSignal): Promise<Identity> => {
    const { accessKeyId, sessionToken } = await clients.credentials();
    over.throwIfAborted();
    own = { accessKeyId, temporary: sessionToken !== undefined };
    const from = async (region: string, waitMs: number) => {
      if (waitMs > 0) await clock.sleep(waitMs, over);
      return clients.of(STSClient, region).send(new GetCallerIdentityCommand({}), clients.options);
    };
    const first = from(GLOBAL_REGION, 0);
    const fallbacks = FALLBACK_REGIONS.map((region) => from(region, HEDGE_MS));
    const answer = Promise.any([first, ...fallbacks]);
    const { Account = '', Arn = '' } = await Promise.race([answer, refusal(first)]);
    if (!Arn.startsWith('arn:'))
      throw Object.assign(new Error('STS gave no ARN'), { name: 'IdentityMalformed' });
    return { caller: callerFrom({ account: Account, arn: Arn, ...own, sourceKeys }) };
  };
  try {
    return await within(clock, LIMIT_MS, 'STS', ask);
  } catch (thrown) {
    if (thrown instanceof InputError) throw thrown;
    const first = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
    const { code, error } = errorFacts(first);
    if (BAD_CREDENTIALS.has(code))
      throw new InputError([
        `credentials: ${error}. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, to valid ones`,
      ]);
    return {
      caller: unidentifiedCaller(own, sourceKeys),
      gap: { kind: 'caller-identity', scope: GLOBAL, code, error },
    };
  }
}

/** Rejects when the first answer refuses the credentials; otherwise it stays pending, and others win. */
const refusal = (answer: Promise<unknown>): Promise<never> =>
  new Promise((_, reject) => {
    answer.catch((thrown: unknown) => {
      if (BAD_CREDENTIALS.has(errorFacts(thrown).code)) reject(thrown as Error);
    });
  });
