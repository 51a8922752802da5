import { describe, expect, it } from 'vitest';
import { Prerequisites } from '../../lambda/contain/prerequisites.ts';
import { VirtualClock } from '../shell/virtual-clock.ts';

const start = () => {
  const clock = new VirtualClock();
  const deadline = new AbortController();
  const since = clock.now();
  const prerequisites = new Prerequisites('us-east-1', clock, deadline.signal);
  const waited = async (after: Parameters<Prerequisites['wait']>[0]) => {
    await clock.run(prerequisites.wait(after));
    return clock.now() - since;
  };
  return { clock, deadline, prerequisites, waited };
};

describe('waiting for another action', () => {
  it('ends with that outcome, also when the outcome came first', async () => {
    const { clock, prerequisites, waited } = start();
    const ref = { kind: 'iam-user', scope: 'us-east-1', id: 'bob' };
    clock.sleep(700_000).then(
      () => prerequisites.met(ref),
      () => {},
    );
    expect(await waited({ kind: 'iam-user', id: 'bob' })).toBe(700_000);
    expect(await waited({ kind: 'iam-user', id: 'bob' })).toBe(700_000);
  });

  it('does not end with another resource of the kind, or in another scope', async () => {
    const { prerequisites, waited } = start();
    prerequisites.met({ kind: 'iam-user', scope: 'us-east-1', id: 'alice' });
    prerequisites.met({ kind: 'iam-user', scope: 'eu-west-1', id: 'bob' });
    prerequisites.close('iam-user');
    expect(await waited({ kind: 'iam-user', id: 'bob', atMostMs: 5_000 })).toBe(5_000);
  });

  it('for a whole kind ends when the kind has no more resources', async () => {
    const { clock, prerequisites, waited } = start();
    clock.sleep(1_000).then(
      () => prerequisites.close('ec2-auto-scaling-group'),
      () => {},
    );
    expect(await waited({ kind: 'ec2-auto-scaling-group', atMostMs: 5_000 })).toBe(1_000);
    expect(clock.waiting).toBe(0);
  });

  it('ends at the deadline', async () => {
    const { clock, deadline, waited } = start();
    clock.sleep(3_000).then(
      () => deadline.abort(),
      () => {},
    );
    expect(await waited({ kind: 'iam-user', id: 'bob' })).toBe(3_000);
    expect(await waited({ kind: 'iam-user', id: 'eve' })).toBe(3_000);
  });
});
