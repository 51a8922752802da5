import { GetAccessKeyLastUsedCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { minute } from '../../core/calendar.ts';
import { errorFacts } from '../../core/model.ts';
import type { Aws } from '../../shell/calls/aws.ts';
import { forEachAtOnce } from '../../shell/concurrency.ts';
import type { Inspection } from '../kind.ts';
import type { Disable } from './facts.ts';

/** A key as IAM knows it now: an intruder may have edited the journal. */
type KeyNow = {
  active?: boolean;
  /** ISO 8601. */
  created?: string;
  /** Days since it was made. */
  ageDays?: number;
  lastUsed?: { at: string; service: string; region: string };
  /** IAM's error, or how IAM contradicts the journal. */
  problem?: string;
};

const AT_ONCE = 20;
const DAY_MS = 86_400_000;

/** Looks up the age and the last use of each key. An error only affects its key, and is in the row. */
export async function inspectKeys(aws: Aws, keys: readonly Disable[], now: number): Promise<Inspection[]> {
  const found: (Inspection & { user: string })[] = [];
  await forEachAtOnce(keys, AT_ONCE, async ({ id, before: { user } }) => {
    const key = await lookUp(aws, id, user, now);
    const { active } = key;
    found.push({
      id,
      user,
      ...(active === undefined ? {} : { active }),
      row: [id, user, ...rowOf(key)],
      document: { id, user, ...key },
    });
  });
  return found.sort((a, b) => (`${a.user} ${a.id}` < `${b.user} ${b.id}` ? -1 : 1));
}

const rowOf = ({ ageDays, lastUsed, problem }: KeyNow): string[] => [
  ageDays === undefined ? 'age unknown' : `${ageDays} days old`,
  problem ??
    (lastUsed ? `last used ${minute(lastUsed.at)}, ${lastUsed.service} in ${lastUsed.region}` : 'never used'),
];

async function lookUp(aws: Aws, AccessKeyId: string, UserName: string, now: number): Promise<KeyNow> {
  const iam = aws.client(IAMClient);
  try {
    const [used, listed] = await Promise.all([
      iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }), aws.options),
      iam.send(new ListAccessKeysCommand({ UserName }), aws.options),
    ]);
    const live = listed.AccessKeyMetadata?.find((key) => key.AccessKeyId === AccessKeyId);
    const created = live?.CreateDate;
    const { LastUsedDate, ServiceName = 'N/A', Region = 'N/A' } = used.AccessKeyLastUsed ?? {};
    return {
      ...(live ? { active: live.Status === 'Active' } : {}),
      ...(created
        ? { created: created.toISOString(), ageDays: Math.floor((now - created.getTime()) / DAY_MS) }
        : { problem: `user ${UserName} has no such key now` }),
      ...(LastUsedDate
        ? { lastUsed: { at: LastUsedDate.toISOString(), service: ServiceName, region: Region } }
        : {}),
    };
  } catch (thrown) {
    return { problem: errorFacts(thrown).error };
  }
}
