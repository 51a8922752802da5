import { fromLines } from '../../lambda/core/journal.ts';
import type { SimulatedAccount } from '../../simulated-aws/account.ts';
import type { Tally } from './tally.ts';

const BILLED = new Set(['pending', 'running']);

/** Machines that still bill, and keys that still work. */
export function leftAlive({ ec2, iam }: SimulatedAccount): string[] {
  const left: string[] = [];
  for (const { id, state } of ec2.instances()) if (BILLED.has(state)) left.push(id);
  for (const { keys } of iam.users())
    for (const { id, status } of keys) if (status === 'Active') left.push(id);
  return left;
}

/** Changes without a record in the journal, or with one that is later than the change: undo has lost them. */
export function unrecorded({ s3 }: SimulatedAccount, bucket: string, { changes }: Tally): string[] {
  const recordedAt = new Map<string, number>();
  for (const { key, body, modifiedAt } of s3.list(bucket, 'runs/')) {
    if (!key.endsWith('.jsonl')) continue;
    for (const { verb, id } of fromLines(body.toString()).records) {
      const change = `${verb} ${id}`;
      recordedAt.set(change, Math.min(modifiedAt, recordedAt.get(change) ?? modifiedAt));
    }
  }
  return [...changes]
    .filter(([change, { firstAt }]) => !((recordedAt.get(change) ?? Number.POSITIVE_INFINITY) <= firstAt))
    .map(([change]) => change);
}
