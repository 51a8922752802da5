import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { AccountContent } from '../testbed/account-reader.ts';
import { activeAccessKeys, runningInstances } from '../testbed/account-reader.ts';
import type { Deployment } from '../testbed/deploy.ts';
import type { LambdaService } from '../testbed/lambda-service.ts';
import { PLANTER } from '../testbed/world.ts';
import { type Incident, machinesIn, type Owner } from './incident.ts';

export interface Check {
  readonly passed: boolean;
  readonly text: string;
}

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

/** As much of the stored report as the drill relies on. */
export interface StoredReport {
  readonly verdict: { readonly level: string; readonly reasons: readonly string[] };
  readonly timings: { readonly seconds: number };
  readonly clean: boolean;
  readonly actions: readonly { readonly id: string; readonly status: string }[];
}

/** Reads the report that the function left beside its journal. @throws Error when there is none, or more than one. */
export async function storedReport(endpoint: string, { outputs, region }: Deployment): Promise<StoredReport> {
  const s3 = new S3Client({ endpoint, region, credentials: PLANTER, forcePathStyle: true });
  const Bucket = outputs.JournalBucketName;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const reports = Contents.filter(({ Key }) => Key?.endsWith('/report.json'));
  if (reports.length !== 1)
    throw new Error(`expected one report in the journal bucket, found ${reports.length}`);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: reports[0]?.Key }));
  return JSON.parse((await Body?.transformToString()) ?? '') as StoredReport;
}

/** What moto itself says, through a client that shares no code with the function. */
export function accountChecks(account: AccountContent, owner: Owner, incident: Incident): Check[] {
  const running = runningInstances(account);
  const others = running.filter((id) => id !== owner.instance.id);
  const active = activeAccessKeys(account);
  const strangers = active.filter((id) => id !== owner.keyId);
  const denied = account.users.filter(({ attachedPolicies }) => attachedPolicies.includes(DENY_ALL));
  const destroyed = Object.values(account.regions)
    .flatMap(({ instances }) => instances)
    .filter(({ state, group }) => state === 'terminated' && group === null);
  return [
    {
      passed: others.length === 0,
      text: `${others.length} running, of ${machinesIn(incident)} and whatever replaced them`,
    },
    {
      passed: running.includes(owner.instance.id),
      text: `the owner's instance ${owner.instance.id} still runs`,
    },
    {
      passed: strangers.length === 0,
      text: `${strangers.length} active of the intruder's ${incident.keyIds.size} keys`,
    },
    { passed: active.includes(owner.keyId), text: `the owner's key ${owner.keyId} is still active` },
    {
      passed: denied.length === incident.users && denied.every(({ name }) => name !== owner.user.name),
      text: `${denied.length} of the intruder's ${incident.users} users denied everything, the owner not`,
    },
    {
      passed: destroyed.length === 0,
      text: `${destroyed.length} machines outside groups terminated: all can be started again`,
    },
  ];
}

/** The alarm must have fired because the budget was read and exceeded, not because it was missing. */
export function verdictCheck({ verdict }: StoredReport, actualUsd: number, limitUsd: number): Check {
  const quoted = verdict.reasons.map((reason) => /\$([\d.,]+) ≥ \D*\$([\d.,]+)/.exec(reason)).find(Boolean);
  const [actual, limit] = [quoted?.[1], quoted?.[2]].map((amount) => Number(amount?.replaceAll(',', '')));
  const passed = verdict.level === 'fire' && actual === actualUsd && limit === limitUsd;
  return { passed, text: `verdict: ${verdict.level}, because ${verdict.reasons.join('; ') || 'of nothing'}` };
}

export function functionChecks(lambda: LambdaService, functionName: string): Check[] {
  const invocations = lambda.invocations.filter((invocation) => invocation.functionName === functionName);
  const attempts = invocations.flatMap((invocation) => invocation.attempts);
  const errors = attempts.flatMap(({ error }) =>
    error ? [`${error.errorType}: ${error.errorMessage}`] : [],
  );
  const escapes = attempts
    .flatMap(({ log }) => log)
    .filter((line) => line.includes('would have left this machine'));
  const deployed = lambda.functions.get(functionName);
  return [
    {
      passed: attempts.length === 1 && errors.length === 0,
      text: `one message, ${attempts.length} run${attempts.length === 1 ? '' : 's'} of the function${errors.map((error) => `, ${error}`).join('')}`,
    },
    { passed: escapes.length === 0, text: `${escapes.length} calls tried to leave this machine` },
    {
      passed: deployed !== undefined && deployed.storedSha256 === deployed.executedSha256,
      text: `asset executed sha256 ${deployed?.executedSha256}\n    asset deployed sha256 ${deployed?.storedSha256}`,
    },
  ];
}
