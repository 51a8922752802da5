import { type Command, Option } from 'commander';
import * as v from 'valibot';
import { GLOBAL } from '../../lambda/core/model.ts';
import { unmatchedEntries } from '../../lambda/core/policy/exemption.ts';
import { DEFAULT_POLICY, type NamedEntry, type Policy } from '../../lambda/core/policy/policy.ts';
import { REGION_NAME } from '../../lambda/core/regions.ts';
import {
  accessKeyId,
  instanceId,
  mode,
  quarantine,
  resourceRef,
  unstoppable,
  userRef,
} from '../../lambda/core/setting-fields.ts';
import { collect, jsonOption, timeoutOption } from '../terminal/options.ts';
import { type AllowLists, joined } from './allow-lists.ts';

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
  const { allKinds } = await import('../../lambda/kinds/all.ts');
  const [entry] = unmatchedEntries(allowResource, allKinds);
  if (entry !== undefined)
    command.error(
      `error: option '--allow-resource <what>' argument '${entry}' is invalid. "${entry}" is of no kind that killswitch can stop: see docs/kinds.md`,
    );
}

export interface PolicyOptions {
  readonly mode?: Policy['mode'];
  readonly unstoppable?: Policy['unstoppable'];
  readonly quarantine?: Policy['quarantine'];
  readonly allowKey?: readonly string[];
  readonly allowUser?: readonly string[];
  readonly allowInstance?: readonly string[];
  readonly allowResource?: readonly string[];
  /** False for `--no-config`. */
  readonly config?: boolean;
  readonly allowDeployed?: boolean;
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
      new Option('--mode <mode>', 'stop keeps the machines, terminate does not').choices(
        mode.options.filter((name) => name !== 'dry-run'),
      ),
    )
    .addOption(
      new Option('--unstoppable <what>', 'machines that cannot be stopped').choices(unstoppable.options),
    )
    .addOption(
      new Option('--quarantine <how>', 'disable keys only, or deny their users everything').choices(
        quarantine.options,
      ),
    )
    .option('--allow-key <id>', 'access key that stays active (repeatable)', collect(accessKeyId))
    .option('--allow-user <name>', 'user (name or ARN) whose keys stay active (repeatable)', collect(userRef))
    .option('--allow-instance <id>', 'instance that keeps running (repeatable)', collect(instanceId))
    .option(
      '--allow-resource <what>',
      'anything else that is left alone: its ARN, or kind/region/id (repeatable)',
      collect(resourceRef),
    )
    .option('--no-config', 'leave out what killswitch.config.json in this folder lists')
    .option('--allow-deployed', 'leave alone, too, what the deployed stack leaves alone')
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
    .option(
      '--include-caller',
      'as the very last step, deny the sessions of whoever runs this, and disable the key',
    )
    .addOption(timeoutOption(240))
    .addOption(jsonOption('the report document'))
    .hook('preAction', (_program, called) => refuseUnknown(called));
}

const FLAGS = {
  accessKeys: ['--allow-key', 'allowKey'],
  users: ['--allow-user', 'allowUser'],
  instances: ['--allow-instance', 'allowInstance'],
  resources: ['--allow-resource', 'allowResource'],
} as const;

/** What the options name; the report says which of it matches nothing. */
const namedBy = (options: PolicyOptions): NamedEntry[] =>
  Object.entries(FLAGS).flatMap(([list, [flag, option]]) =>
    [...new Set(options[option])].map((entry) => ({ flag, list: list as keyof typeof FLAGS, entry })),
  );

/** @param lists what is spared beside what the options name. */
export const policyFrom = (
  options: PolicyOptions,
  dryRun: boolean,
  lists: readonly AllowLists[] = [],
): Policy => ({
  ...DEFAULT_POLICY,
  mode: options.mode ?? DEFAULT_POLICY.mode,
  dryRun,
  unstoppable: options.unstoppable ?? DEFAULT_POLICY.unstoppable,
  quarantine: options.quarantine ?? DEFAULT_POLICY.quarantine,
  allow: joined([
    {
      accessKeys: options.allowKey,
      users: options.allowUser,
      instances: options.allowInstance,
      resources: options.allowResource,
    },
    ...lists,
  ]),
  named: namedBy(options),
  onlyRegions: new Set(options.region),
  excludeRegions: new Set(options.excludeRegion),
  acceptDenied: new Set(options.acceptDenied),
  includeCaller: options.includeCaller === true,
});
