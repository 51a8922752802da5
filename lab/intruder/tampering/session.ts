import { BudgetsClient } from '@aws-sdk/client-budgets';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { CallContext, Operation } from '../../../simulated-aws/core/service.ts';
import { Endpoint } from '../../../simulated-aws/wire/endpoint.ts';
import { InProcessHandler } from '../../../simulated-aws/wire/in-process-handler.ts';
import { type Call, operationOf, type TamperingAct } from './tampering-act.ts';

/** By the signing names of their services. */
const CLIENTS = {
  lambda: LambdaClient,
  sns: SNSClient,
  events: EventBridgeClient,
  scheduler: SchedulerClient,
  budgets: BudgetsClient,
  monitoring: CloudWatchClient,
  iam: IAMClient,
  s3: S3Client,
  cloudtrail: CloudTrailClient,
} as const;

const REGION = 'us-east-1';
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** Somebody with all rights in an account. */
export interface Administrator {
  readonly arn: string;
  /** Signs each call with the user's key, on the wire; it takes no time. Rejects with AWS's error. */
  perform(act: TamperingAct): Promise<void>;
}

/** Creates a user of that name with a key, which is on no allowlist. */
export function administrator(account: SimulatedAccount, name: string): Administrator {
  const { iam, timeline } = account;
  iam.createUser(name);
  iam.attachUserPolicy(name, ADMINISTRATOR);
  const credentials = iam.createAccessKey(name);
  const endpoint = new Endpoint(account, { latency: () => 0 });
  const config = {
    ...{ region: REGION, credentials, maxAttempts: 1, endpoint: 'http://127.0.0.1:9', forcePathStyle: true },
    requestHandler: new InProcessHandler(endpoint, timeline),
  };
  const send = async ({ service, command }: Call) => {
    const Client = CLIENTS[service as keyof typeof CLIENTS] as typeof LambdaClient;
    const client = new Client(config);
    await client.send(command as never);
    endpoint.refuseDefects();
  };
  return {
    arn: `arn:aws:iam::${account.accountId}:user/${name}`,
    async perform({ calls }) {
      for (const call of calls) await send(call);
    },
  };
}

/** Makes the same calls as CloudFormation does in a deployment. */
export function performAsCloudFormation(account: SimulatedAccount, { calls }: TamperingAct): void {
  const { accountId, services, timeline } = account;
  const arn = `arn:aws:sts::${accountId}:assumed-role/cdk-cfn-exec-role/AWSCloudFormation`;
  for (const { service, command } of calls) {
    const principal = { kind: 'role', name: 'cdk-cfn-exec-role', arn, accessKeyId: '' } as const;
    const invokedBy = 'cloudformation.amazonaws.com';
    const context: CallContext = { region: REGION, principal, now: timeline.now(), invokedBy };
    const operation = services[service]?.[operationOf(command)] as Operation<object> | undefined;
    if (!operation) throw new Error(`the simulated account does not play ${service} ${operationOf(command)}`);
    operation(command.input, context);
  }
}
