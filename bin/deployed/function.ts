import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { errorFacts } from '../../lambda/core/model.ts';
import { listed } from '../../lambda/core/plain-text.ts';
import { mode } from '../../lambda/core/setting-fields.ts';
import type { Request } from '../../lambda/core/verdict/trigger.ts';
import type { Status } from '../../lambda/engine/status.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import type { DeployedStack } from './stack.ts';

/** The fields that are checked in an answer; the rest is the function's own type. */
const statusAnswer = v.looseObject({
  mode,
  allow: v.looseObject({
    accessKeys: v.array(v.string()),
    users: v.array(v.string()),
    instances: v.array(v.string()),
  }),
  tripwire: v.optional(
    v.looseObject({
      enabled: v.boolean(),
      allowanceCap: v.looseObject({ usd: v.number(), hours: v.number() }),
      allowances: v.array(v.looseObject({ id: v.string(), usd: v.number(), until: v.number() })),
    }),
  ),
});

/**
 * Asks the function itself for its status. Its settings (limit, mode, allowlist) lie inside its asset, so that only its
 * own answer says how it will judge an alarm; outputs and the live budget can be edited without a deployment.
 * Synchronous: it reads only, takes seconds, and proves that the function runs.
 * @throws Error when the function cannot be invoked, fails, or answers something else.
 */
export async function askStatus(clients: Clients, stack: DeployedStack): Promise<Status> {
  const { FunctionError, Payload } = await invoke(clients, stack, 'RequestResponse', { action: 'status' });
  const text = Payload?.transformToString() ?? '';
  if (FunctionError) throw new Error(`the function failed: ${text.slice(0, 500)}`);
  const answer: unknown = JSON.parse(text);
  if (!v.safeParse(statusAnswer, answer).success)
    throw new Error(
      'the function is of another version, and its answer cannot be read: deploy it again with npx cdk deploy',
    );
  return answer as Status;
}

/** All that an allowlist spares from a fire; a function of an earlier version knows fewer lists. */
export const sparedBy = ({ roles: _, ...allow }: Status['allow']): string[] =>
  Object.values(allow).flatMap((list) => (Array.isArray(list) ? list : []));

/** What an allowlist does not spare although it looks so. */
export const notSparedBy = ({ users }: Status['allow']): string[] =>
  users.length > 0
    ? [
        `not by name: keys of ${listed(users)} that are made less than a day before an incident, or in it. ` +
          'An intruder makes such keys: list the ids of your own in allow.accessKeys',
      ]
    : [];

/** What the function says, or why it says nothing. */
export type Answer = Status | { readonly error: string };

/** The same for callers that go on without an answer. Never rejects. */
export const askOrError = (clients: Clients, stack: DeployedStack): Promise<Answer> =>
  askStatus(clients, stack).catch((thrown: unknown) => errorFacts(thrown));

/**
 * Hands the function an order and returns at once: a synchronous call would time out long before the function
 * does, and the client would then send the order a second time.
 * @throws the Lambda error when the order was not accepted.
 */
export async function order(
  clients: Clients,
  stack: DeployedStack,
  event: {
    readonly action: 'fire';
    readonly run: string;
    readonly reason: string;
    readonly hold?: true;
  },
): Promise<void> {
  await invoke(clients, stack, 'Event', event);
}

async function invoke(
  clients: Clients,
  { region, functionName: FunctionName }: DeployedStack,
  InvocationType: NonNullable<InvokeCommandInput['InvocationType']>,
  event: { readonly action: Request },
): Promise<InvokeCommandOutput> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = clients.of(LambdaClient, region);
  const Payload = JSON.stringify(event);
  return client.send(new InvokeCommand({ FunctionName, InvocationType, Payload }), clients.options);
}
