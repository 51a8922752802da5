import { BudgetsClient, CreateBudgetCommand } from '@aws-sdk/client-budgets';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { PlantedAccount } from '../../lab/testbed/planted-account.ts';
import { policyFromSettings } from '../../lambda/core/policy/policy.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { parseSettings, type SettingsInput } from '../../lambda/core/settings.ts';
import { newRun } from '../../lambda/engine/deps.ts';
import { restore } from '../../lambda/engine/restore.ts';
import { run } from '../../lambda/engine/run.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import type { RestoreStep } from '../../lambda/kinds/kind.ts';
import type { Clock } from '../../lambda/shell/clock.ts';
import { readIncident } from '../../lambda/shell/journal/incident-records.ts';
import { S3Store } from '../../lambda/shell/journal/s3-store.ts';
import { notifyAll } from '../../lambda/shell/notify/notify.ts';
import { identify } from '../../lambda/shell/sources/identity.ts';
import { unlimitedClients } from '../idle-time/clients.ts';
import { ACCOUNT, MINIMAL, REGION, resource, type TemplateJson } from '../lib/synthesis.ts';

const FEW_REGIONS: ReadonlySet<string> = new Set([REGION, 'eu-west-1']);

/** The function's surroundings, by the names that the simulation of the template's role gives them. */
export interface Surroundings {
  readonly bucket: string;
  readonly topic: string;
  readonly budget: string;
}

/** Creates the journal bucket, the report topic and an exceeded budget of that template in moto. */
export async function surround(template: TemplateJson, planted: PlantedAccount): Promise<Surroundings> {
  const { endpoint, credentials } = planted;
  const client = { endpoint, credentials, region: REGION };
  const [bucketId] = resource(template, 'AWS::S3::Bucket');
  const [topicId] = resource(template, 'AWS::SNS::Topic', /Report/);
  const [, { Properties }] = resource(template, 'AWS::Budgets::Budget', /Usage/);
  const named = Properties?.['Budget'] as { readonly BudgetName?: string } | undefined;
  const BudgetName = named?.BudgetName ?? '';
  const Bucket = bucketId.toLowerCase();
  await new S3Client({ ...client, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket }));
  const { TopicArn = '' } = await new SNSClient(client).send(new CreateTopicCommand({ Name: topicId }));
  const spend = { Amount: '60', Unit: 'USD' };
  const Budget = {
    BudgetName,
    BudgetLimit: { Amount: String(MINIMAL.monthlyBudgetUsd), Unit: 'USD' },
    TimeUnit: 'MONTHLY' as const,
    BudgetType: 'COST' as const,
    CostFilters: { LinkedAccount: [ACCOUNT] },
    CalculatedSpend: { ActualSpend: spend },
  };
  await new BudgetsClient(client).send(new CreateBudgetCommand({ AccountId: ACCOUNT, Budget }));
  return { bucket: Bucket, topic: TopicArn, budget: BudgetName };
}

/**
 * Runs the engine as lambda/handler.ts composes it, on a Budgets message, without its 5 s waits. `today` is the day
 * of the month that it believes in: in the first ones it asks for the last month too.
 * @param idle the time that it goes by, see idle-time.mjs
 */
export async function fireAsFunction(
  input: Partial<SettingsInput>,
  { bucket, topic, budget }: Surroundings,
  today: number,
  idle: Clock,
): Promise<Report> {
  const settings = parseSettings({ ...MINIMAL, ...input }, 'test');
  const day = new Date(idle.now());
  day.setUTCDate(today);
  const offset = day.getTime() - idle.now();
  const clock: Clock = { now: () => idle.now() + offset, sleep: (...args) => idle.sleep(...args) };
  const clients = unlimitedClients(clock, new AbortController().signal);
  const target = { reportTopic: topic, webhooks: [] };
  const log = (line: string) => console.error(line);
  return run(
    {
      clients,
      clock,
      kinds,
      policy: { ...policyFromSettings(settings), onlyRegions: FEW_REGIONS },
      verifyAfterMs: 50,
      newRun: () => newRun(idle.now()),
      identity: () => identify(clients, idle),
      store: Promise.resolve(new S3Store(clients, bucket, '', REGION, true)),
      budget: { name: budget, account: ACCOUNT, limitUsd: settings.monthlyBudgetUsd },
      log,
      onProgress: () => {},
      notify: (mail, report) => notifyAll(clients, idle, target, log, mail, report),
    },
    { source: 'budget', id: newRun(idle.now()), sentAt: day.toISOString(), text: 'spent' },
  );
}

/** Puts an incident back from the bucket, as the owner's command line does, with all keys. */
export async function restoreAsOwner(
  incident: string,
  { bucket }: Surroundings,
  clock: Clock,
): Promise<RestoreStep[]> {
  const clients = unlimitedClients(clock, new AbortController().signal);
  const store = new S3Store(clients, bucket, '', REGION, true);
  const records = await readIncident(store, incident);
  const all = { records, named: 'all', dryRun: false } as const;
  return restore(clients, kinds, store, clock, all, () => {});
}
