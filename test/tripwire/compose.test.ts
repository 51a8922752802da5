import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compose, composeTick } from '../../lambda/compose.ts';
import { parseSettings, type SettingsInput } from '../../lambda/core/settings.ts';
import type { Trigger } from '../../lambda/core/verdict/trigger.ts';
import type { Wire } from '../../lambda/shell/calls/clients.ts';

const NOW = Date.UTC(2026, 0, 20, 12);
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:reports';
const environment = {
  ...{ account: '123456789012', budget: 'usage', alarmTopic: TOPIC, controlTopic: TOPIC, reportTopic: TOPIC },
  ...{ stack: 'Killswitch', journalBucket: 'journal', schedule: 'tick', rules: ['rule'], alarms: ['alarm'] },
  ...{ region: 'us-east-1', functionName: 'killswitch', runtime: 'AWS_Lambda_nodejs22.x', isEmulated: false },
};
const triggers = {
  schedule: { source: 'schedule', id: 't', action: 'tick', reason: '' },
  budget: { source: 'budget', id: 'm', sentAt: '', text: '' },
  signal: {
    ...{ source: 'signal', id: 's', action: 'tick' },
    signal: {
      ...{ kind: 'threat', id: 's', at: '', region: 'us-east-1', text: '', type: '', severity: 8 },
    },
  },
  fire: { source: 'invoke', id: 'i', action: 'fire', reason: '' },
  plan: { source: 'invoke', id: 'i', action: 'plan', reason: '' },
  status: { source: 'invoke', id: 'i', action: 'status', reason: '' },
  control: { source: 'control', id: 'c', action: 'test', reason: '' },
} satisfies Record<string, Trigger>;

/** Never answers: these tests make no calls. */
const unanswered: Wire = {
  answered: 0,
  handle: () => new Promise(() => {}),
  updateHttpClientConfig: () => {},
  httpHandlerConfigs: () => ({}),
};

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function composed(
  trigger: Trigger,
  change: Partial<SettingsInput> = {},
  place: Partial<typeof environment> = {},
) {
  const input = { email: 'o@example.com', monthlyBudgetUsd: 100, allow: { none: true }, ...change };
  const settings = parseSettings(input, 'test');
  const all = compose({
    environment: { ...environment, ...place },
    settings,
    trigger,
    remainingMs: 900_000,
    wire: () => unanswered,
  });
  return { ...all, settings };
}
const looksOnly = (trigger: Trigger, change?: Partial<SettingsInput>) =>
  composed(trigger, change).deps.policy.dryRun;

describe('a run only looks', () => {
  const soaking = { armAt: new Date(NOW + 1).toISOString() };

  it.each([
    ['schedule', true],
    ['budget', true],
    ['signal', true],
    ['fire', false],
    ['plan', true],
    ['status', true],
    ['control', true],
  ] as const)('before `armAt`, when the trigger is %s: %s', (name, expected) => {
    expect(looksOnly(triggers[name], soaking)).toBe(expected);
  });

  it.each([
    ['schedule', false],
    ['budget', false],
    ['signal', false],
    ['fire', false],
    ['plan', true],
    ['status', true],
    ['control', true],
  ] as const)('after `armAt` or without it, when the trigger is %s: %s', (name, expected) => {
    expect(looksOnly(triggers[name])).toBe(expected);
    expect(looksOnly(triggers[name], { armAt: new Date(NOW).toISOString() })).toBe(expected);
  });

  it('in dry-run mode, for every trigger', () => {
    for (const trigger of Object.values(triggers)) expect(looksOnly(trigger, { mode: 'dry-run' })).toBe(true);
  });
});

describe('a tick', () => {
  const tickOf = (change: Partial<SettingsInput> = {}, place: Partial<typeof environment> = {}) => {
    const all = composed(triggers.schedule, change, place);
    return composeTick(all, all.settings);
  };

  it('has the region of the stack as home, unless the settings name others', () => {
    expect([...tickOf({}, { region: 'eu-west-1' }).rules.homeRegions]).toEqual(['eu-west-1']);
    expect([...tickOf({ homeRegions: ['us-west-2', 'eu-central-1'] }).rules.homeRegions]).toEqual([
      'us-west-2',
      'eu-central-1',
    ]);
  });

  it('takes the limit, and the cap of allowances, from the settings alone', () => {
    expect(tickOf().rules).toMatchObject({ limitUsd: 100, exhaustWithinHours: 6, warnWithinHours: 24 });
    expect(tickOf().budget).toMatchObject({ name: 'usage', limitUsd: 100, cap: { usd: 50, hours: 24 } });
    expect(tickOf({ allowance: { maxUsd: 7 } }).budget.cap).toEqual({ usd: 7, hours: 24 });
  });
});
