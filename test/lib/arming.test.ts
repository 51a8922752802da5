import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseSettings } from '../../lambda/core/settings.ts';
import { buildTime, withArmingTime } from '../../lib/arming.ts';
import { KillSwitch } from '../../lib/index.ts';
import { emptyApp, MINIMAL } from './synthesis.ts';

const at = (moment: string) => Date.parse(moment);
const armAt = (input: { armAfterHours?: number; armAt?: string }, now: string) =>
  withArmingTime(parseSettings({ ...MINIMAL, ...input }, 'test'), at(now)).armAt;

describe('the moment at which it arms itself', () => {
  it.each([
    [24, '2026-01-30T12:34:56.789Z', '2026-01-31T13:00:00Z'],
    [24, '2026-01-30T12:00:00Z', '2026-01-31T12:00:00Z'],
    [1.5, '2026-12-31T22:00:00Z', '2027-01-01T00:00:00Z'],
  ])('is %d hours after %s, at the full hour: %s', (armAfterHours, now, expected) => {
    expect(armAt({ armAfterHours }, now)).toBe(expected);
  });

  it('is none when there is nothing to wait for', () => {
    expect(armAt({}, '2026-01-30T12:34:56Z')).toBeUndefined();
  });

  it('is the one that the settings give', () => {
    const given = '2026-02-01T00:00:00Z';
    expect(armAt({ armAfterHours: 24, armAt: given }, '2026-01-30T12:34:56Z')).toBe(given);
  });

  it('is one that the settings accept', () => {
    const now = at('2026-01-30T12:34:56Z');
    const settings = withArmingTime(parseSettings({ ...MINIMAL, armAfterHours: 2 }, 'test'), now);
    expect(parseSettings(settings, 'again')).toEqual(settings);
  });
});

describe('the moment of the build', () => {
  it('is SOURCE_DATE_EPOCH, in seconds', () => {
    expect(buildTime({ SOURCE_DATE_EPOCH: '1769776496' }, () => 0)).toBe(at('2026-01-30T12:34:56Z'));
  });

  it('is refused when that is no number', () => {
    expect(() => buildTime({ SOURCE_DATE_EPOCH: 'yesterday' }, () => 0)).toThrow(
      /SOURCE_DATE_EPOCH.*yesterday/,
    );
  });

  it('is now without it', () => {
    expect(buildTime({}, () => 1234)).toBe(1234);
  });
});

describe('a kill switch that arms itself later', () => {
  afterEach(() => vi.unstubAllEnvs());
  const synthesize = (settings: object) => {
    const stack = new Stack(emptyApp(), 'Mine');
    new KillSwitch(stack, 'KillSwitch', { settings: { ...MINIMAL, ...settings } });
    return Annotations.fromStack(stack);
  };
  const warning = Match.stringLikeRegexp('Until 2026-01-31T13:00:00Z .* only looks and reports');

  it('says at synth until when it only looks, and how to keep that moment', () => {
    vi.stubEnv('SOURCE_DATE_EPOCH', '1769776496');
    synthesize({ armAfterHours: 24 }).hasWarning('*', warning);
  });

  it('says nothing when the moment is fixed', () => {
    synthesize({ armAfterHours: 24, armAt: '2026-01-31T13:00:00Z' }).hasNoWarning('*', Match.anyValue());
  });
});
