import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import type { SettingsInput } from '../../lambda/core/settings.ts';
import { STACK_NAME } from '../../lib/stack-names.ts';
import type { References, Template } from '../../simulated-aws/deploy/template.ts';
import { type Deployment, type StackOutputs, stackOutputs } from '../simulation/killswitch-stack.ts';
import type { Bridge } from './bridge.ts';
import { Cdk } from './cdk.ts';
import type { Mailbox } from './mailbox.ts';
import type { Moto } from './moto.ts';
import { PLANTER } from './planted-account.ts';
import { createSkipped, refuseUnknownSkips } from './skipped-resources.ts';

/** moto's account for credentials that it did not hand out. */
export const ACCOUNT = '123456789012';

export interface DeployOptions {
  readonly moto: Moto;
  /** Gets the alarms and the control messages. */
  readonly bridge: Bridge;
  /** Gets the reports. */
  readonly mailbox: Mailbox;
  readonly settings: SettingsInput;
  /** What both budgets say was spent this month. */
  readonly actualSpendUsd: number;
  readonly onStep?: (step: string) => void;
}

/**
 * Bootstraps and deploys the real stack to moto with the real CDK command line, then creates what moto skipped.
 * @throws Error with the command line's output when a step fails, or when moto skipped a type that is in neither list of skipped-resources.ts.
 */
export async function deployStack(options: DeployOptions): Promise<Deployment> {
  const { moto, bridge, mailbox, settings, actualSpendUsd, onStep } = options;
  const region = settings.region ?? 'us-east-1';
  const cdk = new Cdk(settings, { endpoint: moto.url, account: ACCOUNT, region });
  try {
    onStep?.('cdk bootstrap, and cdk synth beside it');
    await Promise.all([cdk.bootstrap(), cdk.synthesize()]);
    onStep?.('cdk deploy');
    const loggedBefore = moto.log().length;
    await cdk.deploy();
    refuseUnknownSkips(moto.log().slice(loggedBefore));
    const file = join(cdk.assembly, `${STACK_NAME}.template.json`);
    const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
    onStep?.('budgets and subscriptions, which moto skips');
    await createSkipped(template, {
      endpoint: moto.url,
      references: await referencesOf(moto.url, region),
      actualSpendUsd,
      snsEndpoint: bridge.snsEndpoint,
      mailboxUrl: mailbox.url,
    });
    return { outputs: await outputsOf(moto.url, region), template, account: ACCOUNT, region };
  } finally {
    cdk.remove();
  }
}

async function referencesOf(endpoint: string, region: string): Promise<References> {
  const client = new CloudFormationClient({ endpoint, region, credentials: PLANTER });
  const physicalIds = new Map<string, { type: string; id: string }>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client },
    { StackName: STACK_NAME },
  ))
    for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of StackResourceSummaries)
      if (LogicalResourceId && PhysicalResourceId && ResourceType)
        physicalIds.set(LogicalResourceId, { type: ResourceType, id: PhysicalResourceId });
  return { account: ACCOUNT, region, stackName: STACK_NAME, physicalIds };
}

async function outputsOf(endpoint: string, region: string): Promise<StackOutputs> {
  const client = new CloudFormationClient({ endpoint, region, credentials: PLANTER });
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: STACK_NAME }));
  const outputs = Stacks[0]?.Outputs ?? [];
  return stackOutputs(
    new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
  );
}
