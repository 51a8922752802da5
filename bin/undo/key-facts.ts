import { GetAccessKeyLastUsedCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { type Action, errorFacts } from '../../lambda/core/model.ts';
import type { Clients } from '../../lambda/shell/clients.ts';
import { forEachAtOnce } from '../../lambda/shell/concurrency.ts';
import { minute } from '../lines.ts';

/** A key as IAM knows it now: the journal's word on it may be an intruder's. */
export interface KeyFacts {
  readonly id: string;
  readonly user: string;
  readonly comesBack: boolean;
  readonly active?: boolean;
  /** ISO 8601. */
  readonly created?: string;
  /** Days since it was made. */
  readonly ageDays?: number;
  readonly lastUsed?: { readonly at: string; readonly service: string; readonly region: string };
  /** What IAM refused to tell, or where it contradicts the journal. */
  readonly problem?: string;
}

const AT_ONCE = 20;
const DAY_MS = 86_400_000;

/** Looks up age and last use of each key. What cannot be read is said, and stops nothing. */
export async function readKeyFacts(
  clients: Clients,
  keys: readonly Action[],
  comesBack: (id: string) => boolean,
  now: number,
): Promise<KeyFacts[]> {
  const facts: KeyFacts[] = [];
  await forEachAtOnce(keys, AT_ONCE, async ({ id, before }) => {
    const known = { id, user: String(before['user']), comesBack: comesBack(id) };
    facts.push({ ...known, ...(await readOne(clients, id, known.user, now)) });
  });
  return facts.sort((a, b) => (`${a.user} ${a.id}` < `${b.user} ${b.id}` ? -1 : 1));
}

async function readOne(
  { iam, options }: Clients,
  AccessKeyId: string,
  UserName: string,
  now: number,
): Promise<Partial<KeyFacts>> {
  try {
    const [used, listed] = await Promise.all([
      iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId }), options),
      iam().send(new ListAccessKeysCommand({ UserName }), options),
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

/** One row for each key: id, user, age, last use, and whether it comes back. */
export const keyRows = (keys: readonly KeyFacts[]): string[][] =>
  keys.map(({ id, user, ageDays, lastUsed, comesBack, active, problem }) => [
    id,
    user,
    ageDays === undefined ? 'age unknown' : `${ageDays} days old`,
    problem ??
      (lastUsed
        ? `last used ${minute(lastUsed.at)}, ${lastUsed.service} in ${lastUsed.region}`
        : 'never used'),
    active ? 'is active' : comesBack ? 'COMES BACK' : 'stays off',
  ]);
