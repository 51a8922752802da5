import type { ListUsersResponse } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { call } from './services/iam/call.ts';

const START = Date.UTC(2026, 10, 21);
const account = (seed = 7) => new SimulatedAccount({ startsAt: START, seed, optedIn: ['af-south-1'] });

describe('a simulated account', () => {
  it('has its services by signing name', () => {
    expect(Object.keys(account().services).sort((a, b) => a.localeCompare(b))).toEqual(
      [
        'ec2',
        'autoscaling',
        'iam',
        'sts',
        's3',
        'sns',
        'sqs',
        'events',
        'scheduler',
        'cloudtrail',
        'guardduty',
        'monitoring',
        'lambda',
        'budgets',
        'ce',
        'cloudformation',
        'pricing',
      ].sort((a, b) => a.localeCompare(b)),
    );
  });

  it('bills what runs to whoever launched it', () => {
    const { ec2, ledger, timeline } = account();
    ec2.launch('us-east-1', { type: 'p3.16xlarge', count: 2, launchedBy: 'intruder' });
    ec2.launch('us-east-1', { type: 't3.micro', count: 1, launchedBy: 'owner' });
    timeline.advanceTo(START + 3_600_000);
    expect(ledger.usdPerHour(({ owner }) => owner === 'intruder')).toBeCloseTo(48.96, 6);
    expect(ledger.usdPerHour(({ owner }) => owner === 'owner')).toBeCloseTo(0.0104, 6);
    expect(ledger.usd()).toBeGreaterThan(45);
  });

  it('keeps the last use of the key that signed a call', () => {
    const { iam, services, timeline } = account();
    iam.createUser('ann');
    const { accessKeyId } = iam.createAccessKey('ann');
    const principal = iam.principalOf(accessKeyId);
    if (!principal) throw new Error('a new key works');
    call<ListUsersResponse>(services['iam'], 'ListUsers', {}, { principal, now: timeline.now() });
    expect(iam.lastUse(accessKeyId)).toEqual({ at: START, service: 'iam', region: 'us-east-1' });
  });

  it('enables the regions that were opted in to, and only those', () => {
    const { regions } = account();
    expect([regions.isEnabled('us-east-1'), regions.isEnabled('af-south-1')]).toEqual([true, true]);
    expect([regions.isEnabled('ap-east-1'), regions.isEnabled('eu-west-9')]).toEqual([false, false]);
    expect(regions.enabled()).toHaveLength(18);
    expect(() => regions.enable('us-east-1')).toThrow('us-east-1');
  });

  it('is the same account for the same seed', () => {
    const ids = (seed: number) => {
      const { iam, ec2, timeline } = account(seed);
      iam.createUser('ann');
      const launched = ec2.launch('us-east-1', { type: 't3.micro', count: 3, launchedBy: 'ann' });
      timeline.advanceTo(START + 60_000);
      return [iam.createAccessKey('ann'), launched.map(({ id }) => id), iam.createRole('engine').id];
    };
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
  });
});
