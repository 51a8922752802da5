import { errorFacts, GLOBAL } from '../../lambda/core/model.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import { InputError } from '../../lambda/core/settings.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { scopesFor } from '../../lambda/shell/sources/regions.ts';
import { DESCRIPTION_PREFIX, forwardingStackName } from '../../lib/stack-names.ts';
import type { LocalRun } from '../local/local-run.ts';
import { whereToLook } from './stack.ts';

/** A stack of ours, whole or not: an uninstall must not need its outputs. */
export interface OwnStack {
  readonly name: string;
  readonly region: string;
  /** Its ARN, which goes on naming it after it is gone. */
  readonly id: string;
  readonly isProtected: boolean;
  /** Physical ids of what outlives it: the journal's bucket and the function's log. */
  readonly stays: readonly string[];
}

export interface OwnStacks {
  readonly stacks: readonly OwnStack[];
  /** Where nobody answered: a stack may be there. */
  readonly unasked: readonly { readonly region: string; readonly error: string }[];
}

/** Types that we create with the policy to retain them. */
const RETAINED = ['AWS::S3::Bucket', 'AWS::Logs::LogGroup'];

/**
 * The stack that `--stack` names, and in every enabled region the one that forwards signals to it. Reads only.
 * @throws InputError when a stack of that name is not one of ours; the error of CloudFormation when the first cannot be
 * read.
 */
export async function ownStacks(here: Pick<LocalRun, 'clients' | 'env'>, given: string): Promise<OwnStacks> {
  const { clients, env } = here;
  const { stackName, regions } = whereToLook(given, env);
  const stacks: OwnStack[] = [];
  for (const region of regions) {
    const home = stacks.length === 0 && (await readOwn(clients, stackName, region));
    if (home) stacks.push(home);
  }
  const unasked: { region: string; error: string }[] = [];
  const { now, later } = scopesFor(DEFAULT_POLICY, clients);
  const { scopes, gap } = await later;
  if (gap) unasked.push({ region: 'regions that need an opt-in', error: gap.error });
  await Promise.all(
    [...now, ...scopes]
      .filter((region) => region !== GLOBAL)
      .map((region) =>
        readOwn(clients, forwardingStackName(stackName, region), region).then(
          (found) => {
            if (found) stacks.push(found);
          },
          (thrown: unknown) => {
            if (thrown instanceof InputError) throw thrown;
            unasked.push({ region, error: errorFacts(thrown).error });
          },
        ),
      ),
  );
  return { stacks, unasked };
}

async function readOwn(clients: Clients, name: string, region: string): Promise<OwnStack | undefined> {
  const { CloudFormationClient, DescribeStacksCommand, paginateListStackResources } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const client = clients.of(CloudFormationClient, region);
  const query = new DescribeStacksCommand({ StackName: name });
  const { Stacks: [found] = [] } = await client.send(query, clients.options).catch((thrown: Error) => {
    if (thrown.name === 'ValidationError') return { Stacks: [] };
    throw thrown;
  });
  if (!found?.StackId) return undefined;
  if (!found.Description?.startsWith(DESCRIPTION_PREFIX))
    throw new InputError([`--stack: ${name} in ${region} is not a kill switch, by its description`]);
  const stays: string[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client },
    { StackName: found.StackId },
    clients.options,
  ))
    for (const { ResourceType = '', PhysicalResourceId } of StackResourceSummaries)
      if (PhysicalResourceId && RETAINED.includes(ResourceType)) stays.push(PhysicalResourceId);
  return { name, region, id: found.StackId, isProtected: found.EnableTerminationProtection === true, stays };
}
