import { errorFacts, GLOBAL } from '../../lambda/core/model.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import { InputError } from '../../lambda/core/settings.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { scopesFor } from '../../lambda/shell/sources/regions.ts';
import { DESCRIPTION_PREFIX, forwardingDescription, forwardingStackName } from '../../lib/stack-names.ts';
import type { LocalRun } from '../local/local-run.ts';
import { createdResources, describeStack } from './cloudformation.ts';
import { whereToLook } from './stack.ts';

/** A stack of ours, whole or not: an uninstall must not need its outputs. */
export interface OwnStack {
  readonly name: string;
  readonly region: string;
  /** Its ARN, which goes on naming it after it is gone. */
  readonly id: string;
  readonly description: string;
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
 * The stack that `--stack` names, in whatever enabled region it is, and in every region the one that forwards signals to
 * it. Reads only. Where a region gave no answer and the stack was not found, none that forwards is among them: it may
 * still have its kill switch.
 * @throws InputError when a stack of that name is not one of ours, or when several regions have one.
 */
export async function ownStacks(here: Pick<LocalRun, 'clients' | 'env'>, given: string): Promise<OwnStacks> {
  const { clients, env } = here;
  const { stackName, region: named } = whereToLook(given, env);
  const { now, later } = scopesFor(DEFAULT_POLICY, clients);
  const { scopes, gap } = await later;
  const regions = [...now, ...scopes].filter((region) => region !== GLOBAL);
  const unasked: { region: string; error: string }[] = [];
  if (gap) unasked.push({ region: 'regions that need an opt-in', error: gap.error });
  const found = await Promise.all(
    regions.map(async (region) => {
      try {
        const isHome = named === undefined || named === region;
        const [home, forwards] = await Promise.all([
          isHome ? readOwn(clients, stackName, region) : undefined,
          readOwn(clients, forwardingStackName(stackName, region), region),
        ]);
        return { home, forwards };
      } catch (thrown) {
        if (thrown instanceof InputError) throw thrown;
        unasked.push({ region, error: errorFacts(thrown).error });
        return {};
      }
    }),
  );
  const homes = found.flatMap(({ home }) => home ?? []);
  if (homes.length > 1)
    throw new InputError([
      `--stack: ${stackName} is in ${homes.map(({ region }) => region).join(' and ')}: say which, e.g. --stack ${homes[0]?.region}/${stackName}`,
    ]);
  const [home] = homes;
  const isOfHome = ({ description }: OwnStack) =>
    home ? description === forwardingDescription(home.region) : unasked.length === 0;
  return { stacks: [...homes, ...found.flatMap(({ forwards }) => forwards ?? []).filter(isOfHome)], unasked };
}

async function readOwn(clients: Clients, name: string, region: string): Promise<OwnStack | undefined> {
  const found = await describeStack(clients, name, region);
  if (!found?.StackId) return undefined;
  if (!found.Description?.startsWith(DESCRIPTION_PREFIX))
    throw new InputError([`--stack: ${name} in ${region} is not a kill switch, by its description`]);
  const created = await createdResources(clients, found.StackId, region);
  return {
    name,
    region,
    id: found.StackId,
    description: found.Description,
    isProtected: found.EnableTerminationProtection === true,
    stays: created.filter(({ type }) => RETAINED.includes(type)).map(({ id }) => id),
  };
}
