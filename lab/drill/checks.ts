import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { type AccountContent, activeAccessKeys, runningInstances } from '../testbed/account-reader.ts';
import { INTRUDERS_USERS, machinesIn, OWNER } from './incident.ts';
import { count } from './screen.ts';
import type { Aftermath, AttackedAccount, Check, StoredReport } from './setup.ts';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

/** Reads the reports that the function's runs left beside their journal; the run that did most comes first. */
export async function storedReports(client: object, { outputs }: AttackedAccount): Promise<StoredReport[]> {
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  try {
    const Bucket = outputs.JournalBucketName;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    const reports: StoredReport[] = [];
    for (const { Key } of Contents.filter((object) => object.Key?.endsWith('/report.json'))) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      reports.push(JSON.parse((await Body?.transformToString()) ?? '') as StoredReport);
    }
    return reports.sort((a, b) => b.actions.length - a.actions.length);
  } finally {
    s3.destroy();
  }
}

/** Several messages make one incident and one mail. */
export function incidentChecks(reports: readonly StoredReport[], { attempts, mails }: Aftermath): Check[] {
  const incidents = new Set(reports.map(({ incident }) => incident));
  const [most, ...others] = reports.map(({ actions }) => actions.length);
  const rest = others.length > 0 ? `, the ${count(others.length, 'other run')} ${Math.max(...others)}` : '';
  return [
    {
      passed:
        reports.length === attempts.length && incidents.size === 1 && reports.every(({ clean }) => clean),
      text: `${count(reports.length, 'report')} of ${count(incidents.size, 'incident')}, ${cleanText(reports)}: one run did ${most} actions${rest}`,
    },
    { passed: mails.length === 1, text: `${count(mails.length, 'mail')} sent` },
  ];
}

/** The look that saw the intruder fired; every later run joined that incident and had nothing left to do. */
export function tripwireChecks(reports: readonly StoredReport[], { mails }: Aftermath): Check[] {
  const incidents = new Set(reports.map(({ incident }) => incident));
  const [first, ...others] = reports;
  const [byLook, byBudgets] = [first?.trigger.source, others.map(({ trigger }) => trigger.source)];
  const fired = mails.filter(({ subject }) => subject.includes('FIRED'));
  return [
    {
      passed: byLook === 'schedule' && first?.verdict.level === 'fire',
      text: `verdict: ${first?.verdict.level}, by the ${byLook}, because ${first?.verdict.reasons.join('; ')}`,
    },
    {
      passed:
        incidents.size === 1 &&
        reports.every(({ clean }) => clean) &&
        byBudgets.includes('budget') &&
        others.every(({ actions }) => actions.length === 0),
      text: `${count(reports.length, 'report')} of ${count(incidents.size, 'incident')}, ${cleanText(reports)}: the look did ${first?.actions.length} actions, the run for Budgets’ message had none left to do`,
    },
    { passed: fired.length >= 1, text: `${count(mails.length, 'mail')} sent` },
  ];
}

/** What the account itself says, through a client that shares no code with the function. */
export function accountChecks(account: AccountContent, { owner, incident }: AttackedAccount): Check[] {
  const running = runningInstances(account);
  const unspared = running.filter((id) => id !== owner.instance.id);
  const active = activeAccessKeys(account);
  const strangers = active.filter((id) => id !== owner.keyId);
  const denied = account.users.filter(({ attachedPolicies }) => attachedPolicies.includes(DENY_ALL));
  const machines = Object.values(account.regions).flatMap(({ instances }) => instances);
  const destroyed = machines.filter(({ state, group }) => state === 'terminated' && group === null);
  const stopped = machines.filter(({ id, state }) => owner.others.ids.includes(id) && state === 'stopped');
  return [
    {
      passed: unspared.length === 0,
      text: `${unspared.length} machines run that are not on the allowlist; the intruder had ${machinesIn(incident)}`,
    },
    {
      passed: running.includes(owner.instance.id),
      text: `the owner's instance ${owner.instance.id} still runs`,
    },
    {
      passed: stopped.length === owner.others.ids.length,
      text: `${stopped.length} other machines of the owner's are stopped too: they were not on the allowlist`,
    },
    {
      passed: strangers.length === 0,
      text: `${strangers.length} of the intruder's ${incident.keyIds.size} keys are active`,
    },
    { passed: active.includes(owner.keyId), text: `the owner's key ${owner.keyId} is still active` },
    {
      passed: denied.length === INTRUDERS_USERS.length && denied.every(({ name }) => name !== OWNER),
      text: `${denied.length} of the intruder's ${INTRUDERS_USERS.length} users are denied everything; the owner is not`,
    },
    {
      passed: destroyed.length === 0,
      text: `${destroyed.length} machines outside Auto Scaling groups are terminated: all can be started again`,
    },
  ];
}

const cleanText = (reports: readonly StoredReport[]): string =>
  reports.every(({ clean }) => clean) ? 'all clean' : 'not all clean';

const CENT = 0.01;

/** It must have fired because the budget was read and is exceeded, not because the budget was missing. */
export function verdictCheck({ verdict }: StoredReport, actualUsd: number, limitUsd: number): Check {
  const quoted = verdict.reasons.map((reason) => /\$([\d.,]+) ≥ \D*\$([\d.,]+)/.exec(reason)).find(Boolean);
  const amounts = [quoted?.[1], quoted?.[2]].map((amount) => Number(amount?.replaceAll(',', '')));
  const agree = [actualUsd, limitUsd].every(
    (usd, index) => Math.abs(usd - (amounts[index] ?? Number.NaN)) < CENT,
  );
  return {
    passed: verdict.level === 'fire' && agree,
    text: `verdict: ${verdict.level}, because ${verdict.reasons.join('; ') || 'no reason is given'}`,
  };
}

export function functionChecks(attempts: Aftermath['attempts']): Check[] {
  const errors = attempts.flatMap(({ error }) =>
    error ? [`${error.errorType}: ${error.errorMessage}`] : [],
  );
  const escapes = attempts
    .flatMap(({ log }) => log)
    .filter((line) => line.includes('would have left this machine'));
  return [
    {
      passed: attempts.length > 0 && errors.length === 0,
      text: `${count(attempts.length, 'run')} of the function, ${errors.length === 0 ? 'none in error' : errors.join(', ')}`,
    },
    { passed: escapes.length === 0, text: `${escapes.length} calls tried to leave this machine` },
  ];
}
