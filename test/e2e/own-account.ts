import { deployInProcess, type InProcessDeployment } from '../../lab/simulation/deployment.ts';
import type { SettingsInput } from '../../lambda/core/settings.ts';
import type { TickReport } from '../../lambda/tripwire/tick.ts';
import { type AccountOptions, SimulatedAccount } from '../../simulated-aws/account.ts';
import type { AccessKeyCredentials } from '../../simulated-aws/services/iam/user.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const HOME = 'us-east-1';
/** Neither midnight, nor an hour at which Budgets looks at the bill, nor the start of a month. */
export const STARTS_AT = Date.UTC(2026, 0, 10, 9, 30);
export const LIMIT_USD = 50;

const OPTIONS = { startsAt: STARTS_AT, seed: 11 };

/** Who and what is in the account: the owner, whose key and machine are on the allowlist, and a forgotten user. */
export interface Inhabitants {
  readonly owner: AccessKeyCredentials;
  readonly stranger: AccessKeyCredentials;
  readonly machine: string;
}

/** The real stack on an account of its own, in this process and in its time. */
export interface OwnAccount extends InProcessDeployment, Inhabitants {
  /** Time passes, in ms. */
  live(milliseconds: number): Promise<void>;
  /** What came to the owner by way of SNS since the deployment was set, in order. */
  mails(): readonly { readonly at: number; readonly subject: string; readonly text: string }[];
  /** What the function's good looks came to, in order. */
  ticks(): readonly TickReport[];
  /** Moments at which all of EC2 was looked at, in ms from the start. */
  looks(): readonly number[];
  /** Keys of what lies in the journal's bucket. */
  kept(prefix?: string): readonly string[];
  /** An object's text, and what it holds as JSON; empty and null where there is none. */
  text(key: string): string;
  read(key: string): unknown;
}

function people({ iam, ec2 }: SimulatedAccount): Inhabitants {
  for (const name of ['owner', 'stranger']) {
    iam.createUser(name);
    iam.attachUserPolicy(name, 'arn:aws:iam::aws:policy/AdministratorAccess');
  }
  const [owner, stranger] = [iam.createAccessKey('owner'), iam.createAccessKey('stranger')];
  const [machine] = ec2.launch(HOME, { type: 't3.micro', count: 1, launchedBy: 'owner' });
  return { owner, stranger, machine: machine?.id ?? '' };
}

/**
 * Deploys it an instant ago, and lets the first tick pass. The same settings are synthesized once.
 * @param special what else is special about the account
 */
export async function ownAccount(
  more: Partial<SettingsInput> = {},
  special: Partial<AccountOptions> = {},
): Promise<OwnAccount> {
  // The allowlist names what there will be: the same seed and the same acts give the same ids.
  const { owner, machine } = people(new SimulatedAccount(OPTIONS));
  let there: Inhabitants | undefined;
  const deployment = await deployInProcess({
    settings: {
      email: 'owner@example.com',
      monthlyBudgetUsd: LIMIT_USD,
      allow: { accessKeys: [owner.accessKeyId], users: ['owner'], instances: [machine] },
      ...more,
    },
    account: { ...OPTIONS, ...special },
    prepare: (account) => {
      there = people(account);
    },
  });
  if (there?.machine !== machine) throw new Error('the same seed gave another account');
  const { account, conductor, outputs, endpoint } = deployment;
  const bucket = outputs.JournalBucketName;
  const own: OwnAccount = {
    ...deployment,
    ...there,
    live: (milliseconds) => conductor.runTo(account.timeline.now() + milliseconds),
    mails: () =>
      account.sns.deliveries
        .filter(({ protocol }) => protocol === 'email')
        .map(({ at, subject = '', message: text }) => ({ at, subject, text })),
    ticks: () => account.functions.attempts.flatMap(({ payload }) => tickIn(payload)),
    looks: () =>
      endpoint.calls
        .filter(({ operation, region }) => operation === 'DescribeInstances' && region === HOME)
        .map(({ startedAt }) => startedAt - STARTS_AT),
    kept: (prefix = '') => account.s3.list(bucket, prefix).map(({ key }) => key),
    text: (key) => account.s3.find(bucket, key)?.body.toString() ?? '',
    read: (key) => JSON.parse(own.text(key) || 'null'),
  };
  await own.live(2 * MINUTE);
  return own;
}

const tickIn = (payload: unknown): TickReport[] =>
  typeof payload === 'object' && payload !== null && 'usdPerHour' in payload ? [payload as TickReport] : [];
