import '../../simulation/lazy-modules.ts';
import '@aws-sdk/client-cloudformation';
import { findStack } from '../../../bin/deployed/stack.ts';
import { tellDeployed } from '../../../bin/undo/restoration.ts';
import { ALLOWANCES_KEY, allowancesDocument } from '../../../lambda/core/tripwire/allowance.ts';
import { type RestoreRequest, restore } from '../../../lambda/engine/restore.ts';
import { kinds } from '../../../lambda/kinds/index.ts';
import { Clients } from '../../../lambda/shell/calls/clients.ts';
import { deadlineAfter, systemClock } from '../../../lambda/shell/clock.ts';
import { readMark } from '../../../lambda/shell/journal/incident.ts';
import { readIncident } from '../../../lambda/shell/journal/incident-records.ts';
import { S3Store } from '../../../lambda/shell/journal/s3-store.ts';
import { STACK_NAME } from '../../../lib/stack-names.ts';
import type { AccessKeyCredentials } from '../../../simulated-aws/services/iam/user.ts';
import { KillableHandler } from '../../../simulated-aws/wire/killable-handler.ts';
import type { Incident } from '../../incidents/schema.ts';
import { beginsAt } from '../../incidents/times.ts';
import type { InProcessDeployment } from '../../simulation/deployment.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const RESTORE_MS = 10 * MINUTE_MS;
const REGION = 'us-east-1';

/** What the owner announces, as `killswitch allow` leaves it in the bucket. */
export function announce({ account, outputs }: InProcessDeployment, incident: Incident): void {
  const all = incident.owner.allowances.map(({ hours, usd, region, reason, ...begins }, at) => {
    const from = beginsAt(begins, incident);
    const until = from + hours * HOUR_MS;
    const moments = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
    return { from, allowance: { id: `allowance-${at}`, usd, region, reason, ...moments } };
  });
  for (const { from } of all)
    account.timeline.at(from, () => {
      const written = all.filter((each) => each.from <= from).map(({ allowance }) => allowance);
      account.s3.put(outputs.JournalBucketName, ALLOWANCES_KEY, Buffer.from(allowancesDocument(written)));
    });
}

/**
 * As `killswitch restore` does it, with the owner's key and with all that it tells the deployed function.
 * @throws Error when no incident is open, or naming what could not be put back.
 */
export async function restoreOpenIncident(
  { account, endpoint }: InProcessDeployment,
  credentials: AccessKeyCredentials,
): Promise<void> {
  const deadline = deadlineAfter(RESTORE_MS);
  const wire = new KillableHandler(endpoint, account.timeline);
  const clients = new Clients(systemClock, deadline.signal, wire, { credentials });
  try {
    const stack = await findStack({ clients, env: {} }, STACK_NAME);
    if (!stack) throw new Error('there is no stack');
    const store = new S3Store(clients, stack.journalBucket, '', REGION, true);
    const { mark } = await readMark(store);
    if (mark === undefined || mark.closedAt !== undefined) throw new Error('no incident is open');
    const records = await readIncident(store, mark.incident);
    const request = { records, named: 'all' as const, dryRun: false };
    const journals = { stores: [store], stack, deployed: store };
    const restoredUsd = await tellDeployed(clients, systemClock, journals, store, request);
    const told: RestoreRequest = { ...request, ...(restoredUsd === undefined ? {} : { restoredUsd }) };
    const steps = await restore(clients, kinds, store, systemClock, told, () => {});
    const failed = steps.flatMap(({ status, action, detail }) =>
      status === 'failed' ? [`${action.verb} of ${action.id}: ${detail}`] : [],
    );
    if (failed.length > 0) throw new Error(failed.join('; '));
  } finally {
    deadline.abort();
  }
}
