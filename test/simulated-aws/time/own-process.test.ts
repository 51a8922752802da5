import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pacer } from '../../../lambda/shell/calls/pacer.ts';
import { systemClock } from '../../../lambda/shell/clock.ts';
import { Random } from '../../../simulated-aws/core/random.ts';
import { Conductor } from '../../../simulated-aws/time/conductor.ts';
import { installVirtualTime, type OwnProcess } from '../../../simulated-aws/time/own-process.ts';
import { Timeline } from '../../../simulated-aws/time/timeline.ts';

const START = Date.UTC(2026, 0, 31);
const realNow = Date.now;
const realNanoseconds = process.hrtime.bigint;
let timeline: Timeline;
let conductor: Conductor;
let process_: OwnProcess;

function install(seed = 1): void {
  timeline = new Timeline(START);
  conductor = new Conductor(timeline);
  process_ = installVirtualTime(timeline, new Random(seed));
  conductor.join(process_);
}
beforeEach(() => install());
afterEach(() => process_.uninstall());

describe('this process on virtual time', () => {
  it('lives in the time of the timeline, and in real time again afterwards', async () => {
    const seen: [string, number][] = [];
    const mark = (what: string) => seen.push([what, Date.now() - START]);
    timeline.after(90_000, () => mark('event'));
    const work = (async () => {
      mark('begin');
      await wait(60_000);
      mark('waited');
      await systemClock.sleep(3_600_000);
      mark('slept');
      return performance.now();
    })();
    expect(await conductor.runUntil(work)).toBe(3_660_000);
    expect(seen).toEqual([
      ['begin', 0],
      ['waited', 60_000],
      ['event', 90_000],
      ['slept', 3_660_000],
    ]);
    expect(new Date()).toBeInstanceOf(Date);
    expect(new Date().toISOString()).toBe('2026-01-31T01:01:00.000Z');
    process_.uninstall();
    expect(Date.now).toBe(realNow);
    const before = Date.now();
    await wait(20);
    expect(Date.now() - before).toBeGreaterThanOrEqual(19);
    install();
  });

  it('runs promises and ticks between two timers of the same moment', async () => {
    const seen: string[] = [];
    for (const name of ['one', 'two'])
      setTimeout(() => {
        seen.push(name);
        process.nextTick(() => seen.push(`${name} tick`));
        void Promise.resolve().then(() => seen.push(`${name} promise`));
      }, 10);
    await conductor.runTo(START + 10);
    expect(seen).toEqual(['one', 'one tick', 'one promise', 'two', 'two tick', 'two promise']);
  });

  it('lets no time pass while there is real work', async () => {
    timeline.every(1, () => {});
    const work = (async () => {
      const before = Date.now();
      const file = await readFile(fileURLToPath(import.meta.url));
      await promisify(gunzip)(await promisify(gzip)(Buffer.concat(Array(500).fill(file) as Buffer[])));
      return Date.now() - before;
    })();
    expect(await conductor.runUntil(work)).toBe(0);
    const elsewhere = process_.during(
      new Promise<number>((resolve) => {
        const worker = new MessageChannel();
        worker.port1.once('message', () => {
          worker.port1.close();
          resolve(Date.now());
        });
        worker.port2.postMessage('');
      }),
    );
    const before = Date.now();
    expect(await conductor.runUntil(elsewhere)).toBe(before);
  });

  it('has chance from the seed', () => {
    const some = () => [Math.random(), Math.random()];
    const first = some();
    process_.uninstall();
    install();
    expect(some()).toEqual(first);
    process_.uninstall();
    install(2);
    expect(some()).not.toEqual(first);
  });

  it('paces calls as it would in real time', async () => {
    const pacer = new Pacer(systemClock);
    pacer.throttled(await pacer.turn());
    const turns: Promise<number>[] = Array.from({ length: 20 }, () => pacer.turn());
    const sentAt = await conductor.runUntil(Promise.all(turns));
    expect(sentAt.map((at) => at - START)).toEqual([...sentAt].sort((a, b) => a - b).map((at) => at - START));
    expect((sentAt.at(-1) ?? 0) - START).toBeGreaterThan(1_000);
    expect((sentAt.at(-1) ?? 0) - START).toBeLessThan(5_000);
  });

  it('sets, clears and fires thousands of timers in little time', async () => {
    const startedAt = realNanoseconds();
    let fired = 0;
    const timers = Array.from({ length: 50_000 }, (_, index) =>
      setTimeout(() => fired++, (index * 7919) % 60_000),
    );
    for (const [index, timer] of timers.entries()) if (index % 2 === 0) clearTimeout(timer);
    await conductor.runTo(START + 1_000);
    expect(fired).toBeGreaterThan(300);
    expect(fired).toBeLessThan(500);
    expect(Number(realNanoseconds() - startedAt) / 1e6).toBeLessThan(5_000);
  });
});
