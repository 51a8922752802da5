import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LearnedPrices, nothingLearned, priceOf } from '../../lambda/core/prices/prices.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import type { Clock } from '../../lambda/shell/clock.ts';
import type { Wanted } from '../../lambda/shell/sources/price-queries.ts';
import { learnPrices } from '../../lambda/shell/sources/prices.ts';
import { usdPerHour } from '../../simulated-aws/core/prices.ts';
import { KillableHandler } from '../../simulated-aws/wire/killable-handler.ts';
import { wireAccount } from '../simulated-aws/wire/wire-account.ts';

const DAY_MS = 86_400_000;
// The SDK repeats a call when its clock differs much from the account's.
const { account, endpoint } = wireAccount({ startsAt: Date.now() });
const ended = new AbortController();
const unending = () => new Promise<void>(() => {});
let sleep: Clock['sleep'] = unending;
const clock: Clock = { now: () => account.timeline.now(), sleep: (...args) => sleep(...args) };
const clients = new Clients(clock, ended.signal, new KillableHandler(endpoint, account.timeline));

beforeAll(() => {
  const { accessKeyId, secretAccessKey } = account.iam.rootAccessKey();
  process.env['AWS_ACCESS_KEY_ID'] = accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = secretAccessKey;
});
afterAll(() => ended.abort());
beforeEach(() => {
  endpoint.rules.clear();
  endpoint.calls.length = 0;
  sleep = unending;
});

const wanted = (type: string, region = 'eu-west-3'): Wanted => ({ type, region });
const learn = (types: readonly Wanted[], known: LearnedPrices = nothingLearned(), atMost = 10) =>
  learnPrices(clients, clock, types, known, atMost);
const calls = () => endpoint.calls.map(({ operation, region }) => `${operation} ${region}`);
const typesOf = ({ regions }: LearnedPrices) => Object.values(regions).flatMap((types) => Object.keys(types));
const C5 = wanted('c5.4xlarge');
/** EC2 has this type; neither the table nor the price list does. */
const TRN2 = wanted('trn2.48xlarge');

describe('learning prices', () => {
  it('asks the Price List API, in us-east-1, for the plain Linux price in the region', async () => {
    const { learned, problem } = await learn([C5]);
    expect(problem).toBeUndefined();
    expect(calls()).toEqual(['GetProducts us-east-1']);
    const listed = usdPerHour('c5.4xlarge', 'eu-west-3', 'on-demand');
    expect(learned.regions).toEqual({
      'eu-west-3': { 'c5.4xlarge': { at: clock.now(), usdPerHour: expect.closeTo(listed, 6) } },
    });
    expect(priceOf('c5.4xlarge', 'eu-west-3', 'on-demand', learned)).toEqual({
      usdPerHour: expect.closeTo(listed, 6),
      basis: 'asked',
    });
  });

  it('asks for the host of bare metal that has no price of its own', async () => {
    const { learned, problem } = await learn([wanted('mac2.metal'), wanted('m5.metal')]);
    expect(problem).toBeUndefined();
    expect(calls()).toHaveLength(3);
    expect(learned.regions['eu-west-3']).toMatchObject({
      'mac2.metal': { usdPerHour: expect.closeTo(0.65 * 1.188, 6) },
      'm5.metal': { usdPerHour: expect.closeTo(4.608 * 1.188, 6) },
    });
  });

  it('asks again after 30 days, and for a price learned in the future', async () => {
    const at = (ms: number): LearnedPrices => ({
      schemaVersion: 1,
      regions: { 'eu-west-3': { 'c5.4xlarge': { at: clock.now() + ms, usdPerHour: 0.7 } } },
    });
    expect((await learn([C5], at(-29 * DAY_MS))).learned).toEqual(at(-29 * DAY_MS));
    expect(calls()).toEqual([]);
    for (const known of [at(-30 * DAY_MS), at(1)]) await learn([C5], known);
    expect(calls()).toHaveLength(2);
  });

  it('returns the same object when it learned nothing, so that it is not written again', async () => {
    const { learned: known } = await learn([C5]);
    expect((await learn([C5], known)).learned).toBe(known);
    endpoint.rules.add({ when: { service: 'pricing' }, fault: { kind: 'access-denied' } });
    const refused = await learn([C5, wanted('m5.large')], known);
    expect(refused.learned).toBe(known);
    expect(refused.problem).toMatch(/pricing:GetProducts/);
  });

  it('asks for at most `atMost` types, each once, unknown ones first', async () => {
    const types = [C5, C5, wanted('m5.large'), wanted('r5.large'), TRN2];
    const { learned } = await learn(types, nothingLearned(), 2);
    expect(typesOf(learned)).toEqual(['trn2.48xlarge', 'c5.4xlarge']);
    expect((await learn(types, nothingLearned(), 0)).learned).toEqual(nothingLearned());
    expect(calls().filter((each) => each.startsWith('GetProducts'))).toHaveLength(2);
  });

  it('asks EC2 for the shape of a type that neither the table nor the price list knows', async () => {
    const { learned, problem } = await learn([TRN2]);
    expect(problem).toBeUndefined();
    expect(calls()).toEqual(['GetProducts us-east-1', 'DescribeInstanceTypes eu-west-3']);
    const shape = { vcpus: 192, memoryGib: 2048, accelerators: 16, acceleratorMemoryGib: 1536 };
    expect(learned.regions['eu-west-3']?.['trn2.48xlarge']).toEqual({ at: clock.now(), shape });
    expect(priceOf(TRN2.type, TRN2.region, 'on-demand', learned).usdPerHour).toBeGreaterThan(100);
  });

  it('reports a refusal, does not repeat that call, and still learns shapes', async () => {
    endpoint.rules.add({ when: { operation: 'GetProducts' }, fault: { kind: 'access-denied' } });
    const { learned, problem } = await learn([C5, wanted('m5.large'), TRN2]);
    expect(problem).toMatch(/^pricing:GetProducts: AccessDenied/);
    expect(calls()).toEqual(['GetProducts us-east-1', 'DescribeInstanceTypes eu-west-3']);
    expect(typesOf(learned)).toEqual(['trn2.48xlarge']);
  });

  it('learns nothing when both refuse, reports it, and keeps what was known', async () => {
    endpoint.rules.add({ when: {}, fault: { kind: 'access-denied' } });
    const known: LearnedPrices = {
      schemaVersion: 1,
      regions: { 'eu-west-3': { 'c5.4xlarge': { at: 1, usdPerHour: 0.7 } } },
    };
    const { learned, problem } = await learn([C5, TRN2], known);
    expect(learned).toEqual(known);
    expect(problem).toMatch(/GetProducts: .*; ec2:DescribeInstanceTypes in eu-west-3: /);
  });

  it('stores that a type is unknown, so that it does not ask every time', async () => {
    const { learned, problem } = await learn([wanted('c5.9xlarge')]);
    expect(problem).toBeUndefined();
    expect(learned.regions['eu-west-3']?.['c5.9xlarge']).toEqual({ at: clock.now() });
    await learn([wanted('c5.9xlarge')], learned);
    expect(calls()).toHaveLength(1);
  });

  it('does not wait for an answer that does not come', async () => {
    endpoint.rules.add({ when: { operation: 'GetProducts', nth: 2 }, fault: { kind: 'hang' } });
    let timeIsUp = () => {};
    const limit = new Promise<void>((resolve) => {
      timeIsUp = resolve;
    });
    // The limit of 10 s is slept through in 20 steps.
    sleep = (ms) => (ms === 500 ? limit : unending());
    const learning = learn([C5, wanted('m5.large')]);
    while (endpoint.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
    timeIsUp();
    const { learned, problem } = await learning;
    expect(typesOf(learned)).toEqual(['c5.4xlarge']);
    expect(problem).toBe('the Price List API did not answer within 10 s');
  });
});
