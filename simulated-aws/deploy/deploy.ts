import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulatedAccount } from '../account.ts';
import { physicalIdsOf } from './physical-ids.ts';
import { CREATORS, NOT_SIMULATED, UNRESOLVED } from './resources.ts';
import { type References, resolve, type Template, type TemplateResource } from './template.ts';

export interface DeployOptions {
  /** Dollars that the owner has spent this month before. The budgets know of it from the start. */
  readonly spendBeforeUsd?: number;
  /** Whether the owner has confirmed the e-mail subscriptions; true by default. */
  readonly confirmed?: boolean;
}

export interface DeployedTemplate {
  readonly template: Template;
  readonly region: string;
  /** Values by name. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** A stack as CDK wrote it. */
interface Assembly {
  readonly template: Template & {
    readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
  };
  readonly region: string;
  /** Folders by the hash that names the asset. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * Creates in the simulated account what a synthesized template says, with its own properties.
 * @param folder the cloud assembly: `cdk.out`, whose asset folders the functions run from.
 * @param stack its name in the assembly.
 * @throws Error for a stack that is not in the assembly or belongs to another account, and for a resource type that is
 * neither created nor on the list of those that are left out.
 */
export function deployTemplate(
  account: SimulatedAccount,
  folder: string,
  stack: string,
  { confirmed = true, spendBeforeUsd = 0 }: DeployOptions = {},
): DeployedTemplate {
  const { template, region, assets } = readAssembly(folder, stack, account.accountId);
  refuseUnknown(template);
  if (spendBeforeUsd > 0) {
    account.ledger.book({ service: 'EC2', region, owner: 'owner' }, spendBeforeUsd);
    account.budgets.refresh();
  }
  const references: References = {
    account: account.accountId,
    region,
    stackName: stack,
    physicalIds: physicalIdsOf(template, { account, region, stack }),
  };
  for (const type of Object.keys(CREATORS))
    for (const [logicalId, definition] of Object.entries(template.Resources))
      if (definition.Type === type)
        CREATORS[type]?.({
          ...{ account, region, assets, confirmed },
          id: references.physicalIds.get(logicalId)?.id ?? '',
          properties: resolveProperties(definition, references) as never,
        });
  const outputs = outputsOf(template, references);
  account.stacks.add({ name: stack, region, outputs: Object.fromEntries(outputs) });
  return { template, region, outputs };
}

function readAssembly(folder: string, stack: string, accountId: string): Assembly {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const manifest = read('manifest.json') as { artifacts: Record<string, { environment?: string }> };
  // `aws://unknown-account/us-east-1` where the template may go to any account.
  const [, account, region] =
    /^aws:\/\/([^/]+)\/(.+)$/.exec(manifest.artifacts[stack]?.environment ?? '') ?? [];
  if (!region) throw new Error(`the assembly in ${folder} has no stack ${stack}`);
  if (account !== 'unknown-account' && account !== accountId)
    throw new Error(`the template is for account ${account}, not for ${accountId}`);
  // A stack without assets may have no such file.
  const { files } = (
    existsSync(join(folder, `${stack}.assets.json`)) ? read(`${stack}.assets.json`) : { files: {} }
  ) as {
    files: Record<string, { source: { path: string } }>;
  };
  const assets = Object.entries(files).map(
    ([hash, { source }]) => [hash, join(folder, source.path)] as const,
  );
  const template = read(`${stack}.template.json`) as Assembly['template'];
  return { template, region, assets: new Map(assets) };
}

function resolveProperties({ Type, Properties = {} }: TemplateResource, references: References) {
  return Object.fromEntries(
    Object.entries(Properties).map(([name, value]) => [
      name,
      name === UNRESOLVED[Type] ? value : resolve(value, references),
    ]),
  );
}

function refuseUnknown({ Resources }: Template): void {
  const types = new Set(Object.values(Resources).map(({ Type }) => Type));
  const unknown = [...types].filter((type) => !(type in CREATORS) && !NOT_SIMULATED.has(type));
  if (unknown.length > 0)
    throw new Error(
      `the simulated account has no ${unknown.join(', ')}: add it in simulated-aws/deploy/resources.ts`,
    );
}

function outputsOf(
  { Outputs = {} }: Assembly['template'],
  references: References,
): ReadonlyMap<string, string> {
  const values = Object.entries(Outputs).map(
    ([name, { Value }]) => [name, String(resolve(Value, references))] as const,
  );
  return new Map(values);
}
