import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import { errorFacts, type Gap, GLOBAL } from '../../core/model.ts';
import { callerFrom, unidentifiedCaller } from '../../core/policy/caller.ts';
import type { Caller } from '../../core/policy/policy.ts';
import { GLOBAL_REGION } from '../../core/regions.ts';
import type { Clients } from '../calls/clients.ts';
import type { Clock } from '../clock.ts';
import { unlessAborted, within } from '../time-limit.ts';
import { credentialsWithin, refusalOf } from './credentials.ts';

export interface Identity {
  readonly caller: Caller;
  readonly gap?: Gap;
  /** While the caller is unidentified: what STS says when it is asked again. Never rejects. */
  readonly inTheEnd?: Promise<Identity>;
}

/**
 * The credentials that signed AssumeRole on the way to those of this run, known once those exist. Whoever
 * gives them says that a person runs this, whose credentials may come from any key or user.
 */
export type SourceCredentials = () => readonly AwsCredentialIdentity[];

const LIMIT_MS = 5_000;
const HEDGE_MS = 1_500;
const FALLBACK_REGIONS = ['us-west-2', 'eu-west-1'];
/** A person's keys wait so long for STS; machines do not. */
const IN_THE_END_MS = 60_000;
const AGAIN_MS = 5_000;

/**
 * Asks STS who we are, once there are credentials: us-east-1 first, and two other regions when it does not
 * answer within 1.5 s. That takes at most 5 s, because an outage of STS must not keep the machines running.
 * @param sources where a person runs this: STS is then asked again for a minute, and until it has answered
 *   no key and no user may be changed. Without them this is the deployed function, which signs with its role.
 * @throws InputError when the credentials are missing, late, expired or refused, or of another partition.
 */
export async function identify(
  clients: Clients,
  clock: Clock,
  sources?: SourceCredentials,
): Promise<Identity> {
  const { accessKeyId, sessionToken } = await credentialsWithin(clients, clock);
  const own = { accessKeyId, temporary: sessionToken !== undefined };
  const ask = async (over: AbortSignal): Promise<Identity> => {
    const sourceCredentials = sources?.() ?? [];
    const [{ account, arn }, ...behind] = await Promise.all([
      whoSigns(clients, clock, over),
      ...sourceCredentials
        .filter((each) => each.sessionToken !== undefined)
        .map((credentials) => whoSigns(clients, clock, over, credentials).catch(sourceUnknown)),
    ]);
    const sourceKeys = sourceCredentials.filter((each) => each.sessionToken === undefined);
    const facts = { account, arn, ...own, sourceKeys: sourceKeys.map((each) => each.accessKeyId) };
    return { caller: callerFrom({ ...facts, sourceArns: behind.map((each) => each.arn) }) };
  };
  const unidentified = (thrown: unknown): Identity => ({
    caller: unidentifiedCaller(own, sources ? 'person' : 'role'),
    gap: { kind: 'caller-identity', scope: GLOBAL, ...errorFacts(firstOf(thrown)) },
  });
  let first: Promise<Identity> | undefined;
  try {
    return await within(clock, LIMIT_MS, 'STS', (over) => {
      first = ask(over);
      return first;
    });
  } catch (thrown) {
    const refusal = refusalOf(firstOf(thrown));
    if (refusal) throw refusal;
    if (!sources) return unidentified(thrown);
    // What the run's end cuts off does not know why STS gave no answer.
    const inTheEnd = askAgain(clients, clock, ask, first).catch((again: unknown) =>
      unidentified(clients.deadline.aborted ? thrown : again),
    );
    return { ...unidentified(thrown), inTheEnd };
  }
}

/** Who runs this, as far as STS has said when it is not asked any more. @throws as `identify`. */
export async function identityInTheEnd(identity: Promise<Identity>): Promise<Identity> {
  const { inTheEnd } = await identity;
  return inTheEnd ?? identity;
}

/** Asks in three regions. @param credentials of somebody else than this run. @throws AggregateError. */
async function whoSigns(
  clients: Clients,
  clock: Clock,
  over: AbortSignal,
  credentials?: AwsCredentialIdentity,
): Promise<{ readonly account: string; readonly arn: string }> {
  const from = async (region: string, waitMs: number) => {
    if (waitMs > 0) await clock.sleep(waitMs, over);
    const client = clients.of(STSClient, region, credentials ? { credentials } : {});
    return client.send(new GetCallerIdentityCommand({}), clients.options);
  };
  const first = from(GLOBAL_REGION, 0);
  const fallbacks = FALLBACK_REGIONS.map((region) => from(region, HEDGE_MS));
  const { Account = '', Arn = '' } = await Promise.race([
    Promise.any([first, ...fallbacks]),
    refusalIn(first),
  ]);
  if (!Arn.startsWith('arn:'))
    throw Object.assign(new Error('STS gave no ARN'), { name: 'IdentityMalformed' });
  return { account: Account, arn: Arn };
}

/** The first answer, be it to the first question or to a later one. @throws the reason why there is none. */
function askAgain(
  clients: Clients,
  clock: Clock,
  ask: (over: AbortSignal) => Promise<Identity>,
  first: Promise<Identity> | undefined,
): Promise<Identity> {
  const answer = (over: AbortSignal) =>
    new Promise<Identity>((resolve, reject) => {
      const note = (asked: Promise<Identity>) => {
        asked.then(resolve, (thrown: unknown) => {
          const refusal = refusalOf(firstOf(thrown));
          if (refusal) reject(refusal);
        });
      };
      const again = async () => {
        while (!over.aborted) {
          await clock.sleep(AGAIN_MS, over);
          note(ask(over));
        }
      };
      if (first !== undefined) note(first);
      again().catch(() => {}); // over
    });
  return within(clock, IN_THE_END_MS, 'STS', (over) => unlessAborted(answer(over), clients.deadline));
}

/** Credentials that only signed AssumeRole say nothing of those of this run, even where they are refused. */
function sourceUnknown(thrown: unknown): never {
  const error = `who assumed this role is unknown: ${errorFacts(firstOf(thrown)).error}`;
  throw Object.assign(new Error(error), { name: 'SourceUnknown' });
}

const firstOf = (thrown: unknown) => (thrown instanceof AggregateError ? thrown.errors[0] : thrown);

/** Rejects when the first answer refuses the credentials; otherwise it stays pending, and others win. */
const refusalIn = (answer: Promise<unknown>): Promise<never> =>
  new Promise((_, reject) => {
    answer.catch((thrown: unknown) => {
      if (refusalOf(thrown)) reject(thrown as Error);
    });
  });
