import { AttachUserPolicyCommand, ListAccessKeysCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { forEachAtOnce } from '../../lambda/shell/concurrency.ts';
import { BucketedCalls, NEVER, Throttled } from './bucketed-calls.ts';
import { TokenBucket } from './token-bucket.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface IamRate {
  readonly users: number;
  readonly keysPerUser: number;
  readonly perSecond: number;
  readonly capacity: number;
  /** AWS does not say which calls share a bucket. */
  readonly buckets: 'one for all' | 'reads and changes' | 'each operation';
}

/** The engine's calls to IAM: for each user a list of keys and a deny, and an update for each key. */
export async function disableKeys({ users, keysPerUser, perSecond, capacity, buckets }: IamRate) {
  const clock = new VirtualClock();
  const startedAt = clock.now();
  const made = new Map<string, TokenBucket>();
  const bucketOf = (operation: string) => {
    const isRead = operation.startsWith('List');
    const name = { 'one for all': '', 'reads and changes': String(isRead), 'each operation': operation }[
      buckets
    ];
    const bucket = made.get(name) ?? new TokenBucket(clock, capacity, perSecond);
    made.set(name, bucket);
    return bucket;
  };
  let accepted = 0;
  const iam = new BucketedCalls(clock, undefined, NEVER, (operation) => {
    if (!bucketOf(operation).take()) throw new Throttled();
    accepted += 1;
    return {};
  });
  const disabledAt: number[] = [];
  const containment = forEachAtOnce(
    Array.from({ length: users }, (_, n) => `user-${n}`),
    100,
    async (UserName) => {
      await iam.send(new ListAccessKeysCommand({ UserName }));
      void Promise.all([
        iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' })),
        ...Array.from({ length: keysPerUser }, async (_, n) => {
          const change = { UserName, AccessKeyId: `AKIA${n}`, Status: 'Inactive' as const };
          await iam.send(new UpdateAccessKeyCommand(change));
          disabledAt.push((clock.now() - startedAt) / 1000);
        }),
      ]);
    },
  );
  const all = async () => {
    await containment;
    while (accepted < users * (2 + keysPerUser) || disabledAt.length < users * keysPerUser)
      await clock.sleep(10);
  };
  await clock.run(all());
  const tokens = {
    'one for all': users * (2 + keysPerUser),
    'reads and changes': users * (1 + keysPerUser),
    'each operation': users * Math.max(1, keysPerUser),
  }[buckets];
  return {
    seconds: (clock.now() - startedAt) / 1000,
    bound: (tokens - capacity) / perSecond,
    disabled: disabledAt.length,
    throttled: iam.throttled,
    calls: iam.calls,
  };
}
