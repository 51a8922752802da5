import { InvalidArgumentError, Option } from 'commander';
import { GLOBAL_REGION } from '../../lambda/core/regions.ts';
import { InputError } from '../../lambda/core/settings.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { type OutputName, STACK_NAME, WITHOUT_BUDGETS_OUTPUT } from '../../lib/stack-names.ts';
import type { LocalRun } from '../local/local-run.ts';
import { accountFlags } from '../terminal/flags.ts';
import { describeStack } from './cloudformation.ts';

/** A deployed kill switch, by the outputs of its stack. */
export interface DeployedStack {
  readonly name: string;
  readonly region: string;
  /** What leads the next command to it, see `stackFlag`. */
  readonly flag: string;
  readonly account: string;
  /** CloudFormation's word, e.g. UPDATE_COMPLETE. */
  readonly status: string;
  /** When it was last deployed, in ms since 1970; 0 where CloudFormation does not say. */
  readonly changedAt: number;
  readonly functionName: string;
  readonly functionArn: string;
  readonly alarmTopic: string;
  readonly controlTopic: string;
  readonly reportTopic: string;
  readonly journalBucket: string;
  /** Undefined where the settings deploy no AWS budget. */
  readonly budgetName: string | undefined;
}

/** How to get a stack: what `status` says where there is none. */
export const HOW_TO_DEPLOY =
  'cp killswitch.config.sample.json killswitch.config.json, edit it, and npx cdk deploy (docs/deploying.md)';

/** CloudFormation's rule for names; it also keeps its ValidationError for one meaning: no such stack. */
const VALID_NAME = /^(?:([a-z]{2,}(?:-[a-z]+)+-\d+)\/)?([A-Za-z][A-Za-z0-9-]{0,127})$/;

export const stackOption = (): Option =>
  new Option('--stack <name>', 'the deployed stack, or region/name where it is elsewhere')
    .default(STACK_NAME)
    .argParser((name) => {
      if (VALID_NAME.test(name)) return name;
      throw new InvalidArgumentError(
        `"${name}" is not a stack name: expected letters, digits and hyphens, or region/name`,
      );
    });

/** ` --stack NAME` for the next command to run, where it is not the default, and what says which account this is. */
export const stackFlag = ({ stack }: { readonly stack: string }): string =>
  (stack === STACK_NAME ? '' : ` --stack ${stack}`) + accountFlags();

/**
 * Looks for the stack in the region that is named with it, or else in AWS_REGION, then in us-east-1, where it is deployed by default: an owner who works in
 * another region must not read that nothing is deployed.
 * @throws InputError when the stack is there but is not a kill switch, or was never finished; the
 * CloudFormation error when it cannot be read.
 */
export async function findStack(
  { clients, env }: Pick<LocalRun, 'clients' | 'env'>,
  name: string,
): Promise<DeployedStack | undefined> {
  const { stackName, regions } = whereToLook(name, env);
  for (const region of regions) {
    const stack = await readStack(clients, stackName, region);
    if (stack) return { ...stack, flag: stackFlag({ stack: name }) };
  }
  return undefined;
}

/** What `--stack` means: the name, its region if that is named too, and the regions to look in, the likeliest first. */
export function whereToLook(
  given: string,
  env: NodeJS.ProcessEnv,
): { readonly stackName: string; readonly region?: string; readonly regions: readonly string[] } {
  const [, region, stackName = given] = VALID_NAME.exec(given) ?? [];
  if (region) return { stackName, region, regions: [region] };
  return { stackName, regions: [...new Set([env['AWS_REGION'] || GLOBAL_REGION, GLOBAL_REGION])] };
}

/** The stack, where a command is about nothing else. @throws InputError when there is none. */
export async function requireStack(
  here: Pick<LocalRun, 'clients' | 'env'>,
  name: string,
): Promise<DeployedStack> {
  const stack = await findStack(here, name);
  if (stack) return stack;
  throw new InputError([`--stack: ${name} is not deployed in this account. Deploy it: ${HOW_TO_DEPLOY}`]);
}

async function readStack(
  clients: Clients,
  name: string,
  region: string,
): Promise<Omit<DeployedStack, 'flag'> | undefined> {
  const found = await describeStack(clients, name, region);
  if (!found) return undefined;
  const outputs = new Map(
    (found.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  const status = found.StackStatus ?? 'unknown';
  const output = (key: OutputName): string => {
    const value = outputs.get(key);
    if (value) return value;
    throw new InputError([
      `--stack: ${name} in ${region} (${status}) has no output ${key}: it is not a kill switch, or its deployment did not finish. Deploy it again: npx cdk deploy`,
    ]);
  };
  const account = found.StackId?.split(':')[4] ?? '';
  const functionName = output('FunctionName');
  return {
    name,
    region,
    account,
    status,
    changedAt: (found.LastUpdatedTime ?? found.CreationTime)?.getTime() ?? 0,
    functionName,
    functionArn: `arn:aws:lambda:${region}:${account}:function:${functionName}`,
    alarmTopic: output('AlarmTopicArn'),
    controlTopic: output('ControlTopicArn'),
    reportTopic: output('ReportTopicArn'),
    journalBucket: output('JournalBucketName'),
    budgetName: outputs.has(WITHOUT_BUDGETS_OUTPUT) ? undefined : output('BudgetName'),
  };
}
