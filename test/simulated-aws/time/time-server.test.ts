import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UNLESS_HANGING } from '../hanging.ts';
import { fixtureUrl, START, TimeSetup } from './time-setup.ts';

let setup: TimeSetup;
beforeEach(async () => {
  setup = await TimeSetup.start();
});
afterEach(async () => {
  expect(setup.timeServer.stalls).toBe(0);
  await setup.stop();
});

const HOURS = 3 * 3_600_000;

describe('a child process on virtual time', UNLESS_HANGING, () => {
  it('sleeps for hours in no time, and all its clocks agree', async () => {
    const said = (await setup.outputOf('clocks')) as Record<string, number>[];
    expect(said.map(({ what, date }) => [what, date])).toEqual([
      ['start', 0],
      ['three hours', HOURS],
      ['a promisified second', HOURS + 1_000],
      ['tick', HOURS + 3_000],
      ['tick', HOURS + 5_000],
      ['tick', HOURS + 7_000],
      ['async value', HOURS + 7_500],
      ['async value', HOURS + 8_000],
      ['AbortError ABORT_ERR reason', HOURS + 8_700],
      ['refreshed', HOURS + 10_300],
    ]);
    for (const { date, newDate, performance, sinceOrigin, uptime, hrtime } of said)
      expect([newDate, performance, sinceOrigin, uptime, hrtime]).toEqual([date, date, date, date, date]);
    expect(setup.timeline.now()).toBe(START + HOURS + 10_700);
  });

  it('aborts AbortSignal.timeout, and what depends on it, at the virtual moment', async () => {
    expect(await setup.outputOf('signals')).toEqual([
      ['false', 4_999],
      ['TimeoutError: The operation was aborted due to timeout', 5_000],
      ['either', 5_000],
      ['true', 5_001],
    ]);
  });

  it('lives as long as it has timers that keep it alive, and not for others', async () => {
    expect(await setup.outputOf('unreferenced')).toEqual(['referenced', START + 3_600_000]);
    expect(setup.timeline.now()).toBe(START + 3_600_000);
  });

  it('gets 200 answers at once over keep-alive sockets, each at its moment and in that order', async () => {
    const said = (await setup.outputOf('parallel', { COUNT: '200' })) as {
      delay: number;
      answered: number;
      seen: number;
    }[];
    expect(said).toHaveLength(250);
    expect(said.map(({ answered, seen }) => seen - answered)).toEqual(said.map(() => 0));
    const delays = Array.from({ length: 200 }, (_, index) => index * 10 + 5);
    const again = delays.slice(0, 50);
    expect(said.map(({ delay }) => delay)).toEqual([...delays, ...again]);
    expect(said.map(({ seen }) => seen)).toEqual([...delays, ...again.map((delay) => 1_995 + delay)]);
  });

  // The SDK begins to count a socket's silence 3 s after the request.
  it('times out, aborts and is reset at the virtual moment, and goes on', async () => {
    expect(await setup.outputOf('failures')).toEqual([
      ['/hang', ['TimeoutError', 'ETIMEDOUT'], 10_000],
      ['/hang', ['TimeoutError', null], 23_000],
      ['/after/60000', ['AbortError', null], 25_000],
      ['/reset/300', ['TimeoutError', 'ECONNRESET'], 25_300],
      ['fetch', 'TimeoutError', 32_300],
      ['/after/1000', 200, 33_300],
      ['fetch', 33_800, 33_800],
    ]);
  });

  it('lets no time slip while it imports, reads, compresses, or moves megabytes', async () => {
    const everyMillisecond = setup.timeline.every(1, () => {});
    const [said] = (await setup.outputOf('real-work')) as [{ passed: Record<string, number>; total: number }];
    everyMillisecond();
    expect(said).toEqual({
      passed: { import: 0, files: 0, zlib: 0, crypto: 0, size: 7_000_000, bodies: 100 },
      total: 100,
    });
    expect(setup.arrivals).toEqual([{ path: '/after/100/size/7000000', at: 0, bytes: 5_000_000 }]);
  });

  it('is forgotten when it is killed in the middle of a request', async () => {
    const { ended, kill } = setup.run('parallel', { COUNT: '3' });
    setup.timeline.after(10, kill);
    await setup.conductor.runTo(START + 3_600_000);
    expect(await ended).toBe('SIGKILL');
    expect(setup.arrivals).toHaveLength(3);
    expect(setup.timeline.now()).toBe(START + 3_600_000);
    expect(await setup.outputOf('unreferenced')).toEqual(['referenced', START + 2 * 3_600_000]);
  });

  it('shares its time with another, and a repetition on a machine that stalls gives the same transcript', async () => {
    const transcript = async (execArgv: readonly string[]) => {
      const two = ['one', 'two'].map((NAME) => setup.run('walker', { NAME }, execArgv));
      await setup.conductor.runUntil(Promise.all(two.map(({ ended }) => ended)));
      return { lines: two.map(({ lines }) => lines), arrivals: setup.arrivals };
    };
    const first = await transcript([]);
    await setup.stop();
    setup = await TimeSetup.start();
    // V8's memory reducer would wake a child that sleeps although it has something to say, after 8 s.
    const second = await transcript(['--no-memory-reducer', '--import', fixtureUrl('stalling')]);
    expect(first.lines.flat()).toHaveLength(12);
    expect(second).toEqual(first);
  });
});
