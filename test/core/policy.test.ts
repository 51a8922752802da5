import { describe, expect, it } from 'vitest';
import { notExamined } from '../../lambda/core/policy/coverage.ts';
import { grantsUnder } from '../../lambda/core/policy/permissions.ts';
import { DEFAULT_POLICY, policyFromSettings, verbFor } from '../../lambda/core/policy/policy.ts';
import { inPartition, isKnownRegion } from '../../lambda/core/regions.ts';
import { parseSettings } from '../../lambda/core/settings.ts';
import { allKinds } from '../../lambda/kinds/all.ts';

const policyOf = (settings: object) =>
  policyFromSettings(
    parseSettings(
      { email: 'me@example.com', monthlyBudgetUsd: 50, allow: { none: true }, ...settings },
      'test',
    ),
  );

describe('stop or terminate', () => {
  it('stops everywhere by default, and terminates everywhere in mode `terminate`', () => {
    expect(verbFor(DEFAULT_POLICY, 'us-east-1')).toBe('stop');
    expect(verbFor(policyOf({ mode: 'terminate', homeRegions: ['us-east-1'] }), 'us-east-1')).toBe(
      'terminate',
    );
  });

  it('terminates outside the home regions only with `terminateElsewhere`', () => {
    const home = { homeRegions: ['eu-west-1'] };
    expect(verbFor(policyOf(home), 'us-east-1')).toBe('stop');
    const on = policyOf({ ...home, terminateElsewhere: true });
    expect(verbFor(on, 'us-east-1')).toBe('terminate');
    expect(verbFor(on, 'eu-west-1')).toBe('stop');
    expect(verbFor(on, 'global')).toBe('stop');
  });

  it('a dry run plans to stop, and changes nothing', () => {
    expect(policyOf({ mode: 'dry-run' })).toMatchObject({ mode: 'stop', dryRun: true });
  });
});

describe('the verbs that a role needs', () => {
  const all = {
    mode: 'stop',
    terminateElsewhere: false,
    unstoppable: 'report',
    quarantine: 'users',
  } as const;
  it('are none for a dry run, and without `deny` if users are not quarantined', () => {
    const actions = (settings: Parameters<typeof grantsUnder>[1]) =>
      allKinds.flatMap((kind) => grantsUnder(kind, settings).map(({ action }) => action));
    expect(
      actions({ ...all, mode: 'dry-run' }).filter((action) => !/:(Describe|Get|List)/.test(action)),
    ).toEqual([]);
    expect(actions(all)).toContain('iam:AttachUserPolicy');
    expect(actions({ ...all, quarantine: 'keys' })).not.toContain('iam:AttachUserPolicy');
    expect(actions({ ...all, quarantine: 'keys' })).toContain('iam:UpdateAccessKey');
  });
});

describe('what was not examined', () => {
  it('names what the owner left out', () => {
    const regions = {
      onlyRegions: new Set(['eu-west-1', 'us-east-1']),
      excludeRegions: new Set(['sa-east-1']),
    };
    const named = notExamined({ ...DEFAULT_POLICY, ...regions }, allKinds);
    expect(named).toContainEqual('sa-east-1, excluded by you');
    expect(named).toContainEqual('all regions but eu-west-1, us-east-1');
    expect(notExamined(DEFAULT_POLICY, allKinds).join()).not.toMatch(/excluded|all regions but/);
  });
});

it('regions of other partitions are never part of an account', () => {
  expect(['us-east-1', 'eu-south-2'].every(inPartition)).toBe(true);
  expect(
    ['cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1'].some(inPartition),
  ).toBe(false);
  expect(isKnownRegion('us-gov-west-1')).toBe(false);
});
