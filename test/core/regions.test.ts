import { expect, it } from 'vitest';
import { DEFAULT_REGIONS, OPT_IN_REGIONS } from '../../lambda/core/regions.ts';
import { Regions } from '../../simulated-aws/core/regions.ts';

it('knows the regions that simulated AWS has, each by the same need of an opt-in', () => {
  const all = new Regions().all();
  const named = (status: string) => all.filter((one) => one.optInStatus === status).map(({ name }) => name);
  expect(new Set(DEFAULT_REGIONS)).toEqual(new Set(named('opt-in-not-required')));
  expect(new Set(OPT_IN_REGIONS)).toEqual(new Set(named('not-opted-in')));
  expect(all).toHaveLength(DEFAULT_REGIONS.length + OPT_IN_REGIONS.length);
});
