import { type Command, InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';
import { GLOBAL } from '../lambda/core/model.ts';
import { unmatchedEntries } from '../lambda/core/policy/exemption.ts';
import { allowlist, DEFAULT_POLICY, type Policy } from '../lambda/core/policy/policy.ts';
import { REGION_NAME } from '../lambda/core/regions.ts';
import { accessKeyId, instanceId, resourceRef, userRef } from '../lambda/core/setting-fields.ts';

/** Parses a value with a schema. */
export const one =
  (schema: v.GenericSchema<string, string>) =>
  (value: string): string => {
    const read = v.safeParse(schema, value);
    if (!read.success) throw new InvalidArgumentError(`"${value}" ${read.issues[0].message}`);
    return read.output;
  };

/** Parses one value with a schema and collects repeated flags. */
export const collect =
  (schema: v.GenericSchema<string, string>) =>
  (value: string, earlier: string[] = []): string[] => [...earlier, one(schema)(value)];

const regionOrGlobal = v.pipe(
  v.string(),
  v.check(
    (name) => name === GLOBAL || REGION_NAME.test(name),
    'is not a region: expected e.g. us-east-1, or global for IAM',
  ),
);

/** An entry that no kind could mean would pass for protection. All kinds are loaded only where there is one to check. */
async function refuseUnknown(command: Command): Promise<void> {
  const { allowResource = [] } = command.opts<PolicyOptions>();
  if (allowResource.length === 0) return;
  const { allKinds } = await import('../lambda/kinds/all.ts');
  const [entry] = unmatchedEntries(allowResource, allKinds);
  if (entry !== undefined)
    command.error(
      `error: option '--allow-resource <what>' argument '${entry}' is invalid. "${entry}" is of no kind that killswitch can stop: see docs/kinds.md`,
    );
}

/** Parses a time limit. */
export const seconds = (value: string): number => {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 10 || number > 86_400)
    throw new InvalidArgumentError(`"${value}" is not a whole number of seconds from 10 to 86400`);
  return number;
};

export interface PolicyOptions {
  readonly mode?: Policy['mode'];
  readonly unstoppable?: Policy['unstoppable'];
  readonly quarantine?: Policy['quarantine'];
  readonly allowKey?: readonly string[];
  readonly allowUser?: readonly string[];
  readonly allowInstance?: readonly string[];
  readonly allowResource?: readonly string[];
  readonly region?: readonly string[];
  readonly excludeRegion?: readonly string[];
  readonly acceptDenied?: readonly string[];
  readonly includeCaller?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
}

/** Flags that say whom to spare, where to look and how hard to act: the same for `plan` and `fire`. */
export function withPolicyOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--mode <mode>', 'stop keeps the machines, terminate does not').choices([
        'stop',
        'terminate',
      ]),
    )
    .addOption(
      new Option('--unstoppable <what>', 'machines that cannot be stopped').choices(['report', 'terminate']),
    )
    .addOption(
      new Option('--quarantine <how>', 'disable keys only, or deny their users everything').choices([
        'keys',
        'users',
      ]),
    )
    .option('--allow-key <id>', 'access key that stays active (repeatable)', collect(accessKeyId))
    .option('--allow-user <name>', 'user (name or ARN) whose keys stay active (repeatable)', collect(userRef))
    .option('--allow-instance <id>', 'instance that keeps running (repeatable)', collect(instanceId))
    .option(
      '--allow-resource <what>',
      'anything else that is left alone: its ARN, or kind/region/id (repeatable)',
      collect(resourceRef),
    )
    .option('--region <region>', 'look only here, and at IAM (repeatable)', collect(regionOrGlobal))
    .option(
      '--exclude-region <region>',
      'leave this region alone; global leaves IAM alone (repeatable)',
      collect(regionOrGlobal),
    )
    .option(
      '--accept-denied <region>',
      'region that your organization closes to everybody (repeatable)',
      collect(regionOrGlobal),
    )
    .option('--include-caller', 'disable the key that runs this, too, as the very last step')
    .option('--timeout <seconds>', 'give up after this long', seconds, 240)
    .option('--json', 'print the report document on stdout')
    .hook('preAction', (_program, called) => refuseUnknown(called));
}

export const policyFrom = (options: PolicyOptions, dryRun: boolean): Policy => ({
  ...DEFAULT_POLICY,
  mode: options.mode ?? 'stop',
  dryRun,
  unstoppable: options.unstoppable ?? 'report',
  quarantine: options.quarantine ?? 'users',
  allow: allowlist({
    accessKeys: options.allowKey,
    users: options.allowUser,
    instances: options.allowInstance,
    resources: options.allowResource,
  }),
  onlyRegions: new Set(options.region),
  excludeRegions: new Set(options.excludeRegion),
  acceptDenied: new Set(options.acceptDenied),
  includeCaller: options.includeCaller === true,
});
