import { OUTPUT_NAMES, type OutputName, STACK_NAME, WITHOUT_BUDGETS_OUTPUT } from '../../lib/stack-names.ts';
import type { SimulatedAccount } from '../../simulated-aws/account.ts';
import { type DeployOptions, deployTemplate } from '../../simulated-aws/deploy/deploy.ts';
import type { Template } from '../../simulated-aws/deploy/template.ts';

export type StackOutputs = Readonly<Record<OutputName, string>>;

/** A stack without AWS budgets has an empty `BudgetName`. @throws Error naming the outputs that are missing, or empty. */
export function stackOutputs(given: ReadonlyMap<string, string>): StackOutputs {
  const isWithout = given.has(WITHOUT_BUDGETS_OUTPUT);
  const found = isWithout ? new Map([...given, ['BudgetName', '']]) : given;
  const missing = OUTPUT_NAMES.filter((name) => !found.get(name) && !(isWithout && name === 'BudgetName'));
  if (missing.length > 0) throw new Error(`the stack lacks the outputs ${missing.join(', ')}`);
  return Object.fromEntries(OUTPUT_NAMES.map((name) => [name, found.get(name)])) as StackOutputs;
}

export interface Deployment {
  readonly outputs: StackOutputs;
  readonly template: Template;
  readonly account: string;
  readonly region: string;
}

/**
 * Creates in the simulated account what the kill switch's synthesized template says, with its own properties.
 * @param folder the cloud assembly: `cdk.out`, whose asset folder the function runs from.
 * @throws Error as deployTemplate does, and for a stack that lacks one of the outputs.
 */
export function deployToSimulation(
  account: SimulatedAccount,
  folder: string,
  options: DeployOptions = {},
): Deployment {
  const { template, region, outputs } = deployTemplate(account, folder, STACK_NAME, options);
  return { outputs: stackOutputs(outputs), template, account: account.accountId, region };
}
