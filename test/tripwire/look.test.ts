import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { Exemptions } from '../../lambda/core/policy/exemption.ts';
import { allowlist, DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import { byName as kindNamedIn } from '../../lambda/core/policy/undo.ts';
import { nothingLearned } from '../../lambda/core/prices/prices.ts';
import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { defineKind } from '../../lambda/kinds/kind.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { lookEverywhere } from '../../lambda/tripwire/look.ts';
import { priceAll } from '../../lambda/tripwire/pricing.ts';
import { HOME, MINUTE_MS, TickSetup } from './tick-setup.ts';

const byName = (a: string, b: string) => (a < b ? -1 : 1);
let setup: TickSetup;
afterEach(() => setup.stop());

/** Looks a minute later, when EC2 lists what was launched. @returns also how long it took, in ms. */
async function look() {
  await setup.wait(MINUTE_MS);
  const began = setup.now;
  const seen = await setup.during(lookEverywhere(setup.clients(), systemClock, DEFAULT_POLICY, kinds));
  return { ...seen, took: setup.now - began };
}
const launch = (region: string, count = 1) =>
  setup.account.ec2.launch(region, { type: 't3.micro', count, launchedBy: 'owner' });

describe('a look everywhere', () => {
  it('sees what runs in every region, also opted-in ones, with its type and launch time', async () => {
    setup = new TickSetup({ optedIn: ['eu-south-1'] });
    const began = setup.now;
    launch(HOME, 2);
    launch('eu-south-1');
    const seen = await look();
    expect(seen.regions).toHaveLength(DEFAULT_REGIONS.length + 1);
    expect(seen).toMatchObject({ gaps: [], isWhole: true });
    expect(seen.metered.map(({ region, label }) => `${region} ${label}`).sort()).toEqual([
      'eu-south-1 t3.micro',
      'us-east-1 t3.micro',
      'us-east-1 t3.micro',
    ]);
    for (const { startedAt = 0 } of seen.metered) expect(Math.abs(startedAt - began)).toBeLessThan(1_000);
  });

  it.each([
    ['never answers', { kind: 'hang' }, /TimeoutError: [\w-]+ did not answer within 20 s/],
    ['is always throttled', { kind: 'throttle' }, /TimeoutError: [\w-]+ did not answer within 20 s/],
    ['refuses', { kind: 'access-denied' }, /UnauthorizedOperation/],
    ['answers with garbage', { kind: 'garbage' }, /\w+/],
    ['fails', { kind: 'server-error' }, /InternalError/],
  ] as const)(
    'has a gap for a region that %s, after 20 s at most, and sees all others',
    async (_, fault, says) => {
      setup = new TickSetup();
      launch(HOME);
      launch('eu-west-1');
      setup.setFaults({
        when: { service: 'ec2', operation: 'DescribeInstances', region: 'eu-west-1' },
        fault,
      });
      const seen = await look();
      expect(seen.took).toBeLessThanOrEqual(20_000);
      expect(seen.gaps).toEqual([
        {
          kind: 'ec2-instance',
          scope: 'eu-west-1',
          code: expect.any(String),
          error: expect.stringMatching(says),
        },
      ]);
      expect(seen.metered.map(({ region }) => region)).toEqual([HOME]);
      expect(seen.isWhole).toBe(true);
    },
  );

  it('keeps the pages that came, and has a gap for the others', async () => {
    setup = new TickSetup();
    launch('eu-west-1', 1_500);
    const pageTwo = { service: 'ec2', operation: 'DescribeInstances', region: 'eu-west-1' };
    let pages = 0;
    setup.setFaults({
      when: (call) => call.region === pageTwo.region && call.operation === pageTwo.operation && ++pages > 1,
      fault: { kind: 'hang' },
    });
    const seen = await look();
    expect(seen.metered).toHaveLength(1_000);
    expect(seen.gaps.map(({ scope }) => scope)).toEqual(['eu-west-1']);
  });

  it.each([
    ['hangs', { kind: 'hang' }],
    ['is always throttled', { kind: 'throttle' }],
    ['is refused', { kind: 'access-denied' }],
  ] as const)('leaves out opted-in regions, with a gap, when the list of regions %s', async (_, fault) => {
    setup = new TickSetup({ optedIn: ['eu-south-1'] });
    launch(HOME);
    launch('eu-south-1');
    setup.setFaults({ when: { operation: 'DescribeRegions' }, fault });
    const seen = await look();
    expect(seen.took).toBeLessThanOrEqual(20_000);
    expect(seen.metered.map(({ region }) => region)).toEqual([HOME]);
    expect(seen).toMatchObject({ isWhole: false, gaps: [{ kind: 'opted-in-regions', scope: 'global' }] });
  });
});

describe('a kind that is not loaded with the engine', () => {
  const lantern = defineKind({
    name: 'lantern',
    title: 'lanterns',
    scope: 'regional',
    facts: v.object({ watts: v.number() }),
    discover: [],
    verbs: {},
    restore: [],
    meter: ({ watts }) => ({ label: `${watts} W`, quantity: watts, priceKey: 'watt', startedAt: undefined }),
    load: async () => ({
      async *discover() {
        yield await Promise.reject(new Error('the full listing costs money, and the look must not call it'));
      },
      async *look({ scope }) {
        if (scope === 'eu-west-1') throw new TypeError('no lanterns here');
        yield scope === HOME ? [{ kind: 'lantern', scope, id: 'red', facts: { watts: 60 } }] : [];
      },
      async *act() {},
    }),
    loadPrices: async () => ({ priceOf: () => ({ usdPerHour: 0.5, basis: 'listed' }) }),
  });
  const later = { name: 'lantern', scope: 'regional', loadKind: async () => lantern } as const;

  it('is seen by its cheap look, at its own price, and is the only gap when that fails', async () => {
    setup = new TickSetup();
    launch('eu-west-1');
    await setup.wait(MINUTE_MS);
    const all = lookEverywhere(setup.clients(), systemClock, DEFAULT_POLICY, [...kinds, later]);
    const seen = await setup.during(all);
    expect(seen.gaps).toMatchObject([{ kind: 'lantern', scope: 'eu-west-1', code: 'TypeError' }]);
    expect(seen.metered.map(({ region, label }) => `${region} ${label}`).sort(byName)).toEqual([
      'eu-west-1 t3.micro',
      'us-east-1 60 W',
    ]);
    const exemptions = new Exemptions(kindNamedIn([...allKinds, lantern]), {
      allow: allowlist({ resources: ['lantern/us-east-1/red'] }),
      caller: { exemptKeys: new Set(), unknown: false },
      self: [],
    });
    const { running } = await priceAll(seen.metered, nothingLearned(), exemptions, setup.now);
    expect(running).toContainEqual(
      expect.objectContaining({ kind: 'lantern', type: '60 W', usdPerHour: 30, isExempt: true }),
    );
  });
});

describe('a kind whose prices cannot be loaded', () => {
  it('is reported as unpriced, and all other kinds have prices', async () => {
    setup = new TickSetup();
    launch(HOME);
    const seen = await look();
    const broken = { ...(allKinds[0] as (typeof allKinds)[number]), name: 'lantern' };
    const lantern = { ...broken, loadPrices: () => Promise.reject(new TypeError('no such chunk')) };
    const metered = [
      ...seen.metered,
      { ...seen.metered[0], kind: lantern, region: 'eu-west-1' },
    ] as typeof seen.metered;
    const exemptions = new Exemptions(kindNamedIn(allKinds), {
      allow: allowlist(),
      caller: { exemptKeys: new Set(), unknown: false },
      self: [],
    });
    const { running, unpriced } = await priceAll(metered, nothingLearned(), exemptions, setup.now);
    expect(running).toHaveLength(1);
    expect(unpriced).toEqual([
      { kind: 'lantern', regions: ['eu-west-1'], error: 'TypeError: no such chunk' },
    ]);
  });
});

describe('a tick', () => {
  it('assumes that opted-in regions run on while they cannot be listed', async () => {
    setup = new TickSetup({ optedIn: ['eu-south-1'] }, { allow: { users: ['owner'], instances: [] } });
    setup.account.ec2.launch('eu-south-1', { type: 't3.micro', count: 10, launchedBy: 'owner' });
    await setup.wait(MINUTE_MS);
    const before = await setup.tick();
    expect(before.usdPerHour).toBeGreaterThan(0.1);
    setup.setFaults({ when: { operation: 'DescribeRegions' }, fault: { kind: 'access-denied' } });
    await setup.wait(5 * MINUTE_MS);
    const after = await setup.tick();
    expect(after.usdPerHour).toBeCloseTo(before.usdPerHour);
    expect(after.gaps).toEqual([expect.stringMatching(/^global: UnauthorizedOperation/)]);
  });

  it('fails when no region answers, so that its alarm rings', async () => {
    setup = new TickSetup();
    setup.setFaults({ when: { operation: 'DescribeInstances' }, fault: { kind: 'server-error' } });
    await expect(setup.tick()).rejects.toThrow(/could not look at any region: InternalError/);
  });
});
