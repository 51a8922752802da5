import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { gunzip, gzip } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../../simulated-aws/core/random.ts';
import { Conductor } from '../../../simulated-aws/time/conductor.ts';
import { type InProcessTime, installVirtualTime } from '../../../simulated-aws/time/in-process.ts';
import { Timeline } from '../../../simulated-aws/time/timeline.ts';
import { TimerHeap } from '../../../simulated-aws/time/timer-heap.mjs';

const START = Date.UTC(2026, 0, 31);
/** What virtual time replaces, in all its forms. */
const clocks = () => [Date.now, wait, setTimeout, setInterval, performance.now, process.hrtime.bigint];
const realClocks = clocks();
let timeline: Timeline;
let conductor: Conductor;
let inProcess: InProcessTime;

function install(seed = 1): void {
  timeline = new Timeline(START);
  conductor = new Conductor(timeline);
  inProcess = installVirtualTime(timeline, new Random(seed));
  conductor.join(inProcess);
}
beforeEach(() => install());
afterEach(() => inProcess.uninstall());

describe('this process on virtual time', () => {
  it('lives in the time of the timeline, and in real time again afterwards', async () => {
    const seen: [string, number][] = [];
    const mark = (what: string) => seen.push([what, Date.now() - START]);
    timeline.after(90_000, () => mark('event'));
    const work = (async () => {
      mark('begin');
      await wait(60_000);
      mark('waited');
      await new Promise((resolve) => setTimeout(resolve, 3_600_000));
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
    for (const [at, clock] of clocks().entries()) expect(clock).not.toBe(realClocks[at]);
    inProcess.uninstall();
    for (const [at, clock] of clocks().entries()) expect(clock).toBe(realClocks[at]);
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
    const elsewhere = inProcess.during(
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

  it('lets no time pass while another thread finds a module', async () => {
    const thread = new Worker(
      `require('node:worker_threads').parentPort.on('message', (shared) => {
         Atomics.wait(new Int32Array(shared), 0, 0, 100);
         require('node:worker_threads').parentPort.postMessage('found');
       });`,
      { eval: true },
    );
    thread.unref();
    await conductor.runTo(START + 1);
    timeline.every(1, () => {});
    // As a module loader does: it keeps the process alive only until it has answered.
    const found = new Promise<number>((resolve) => {
      thread.once('message', () => {
        thread.unref();
        resolve(Date.now());
      });
      thread.ref();
      thread.postMessage(new SharedArrayBuffer(4));
    });
    const before = Date.now();
    expect(await conductor.runUntil(found)).toBe(before);
    await thread.terminate();
  });

  it('has chance from the seed', () => {
    const some = () => [Math.random(), Math.random()];
    const first = some();
    inProcess.uninstall();
    install();
    expect(some()).toEqual(first);
    inProcess.uninstall();
    install(2);
    expect(some()).not.toEqual(first);
  });

  it('fires the timers that are due and were not cleared, of thousands', async () => {
    let fired = 0;
    const timers = Array.from({ length: 50_000 }, (_, index) =>
      setTimeout(() => fired++, (index * 7919) % 60_000),
    );
    for (const [index, timer] of timers.entries()) if (index % 2 === 0) clearTimeout(timer);
    await conductor.runTo(START + 1_000);
    expect(fired).toBeGreaterThan(300);
    expect(fired).toBeLessThan(500);
  });
});

it('sets and clears each of thousands of timers in a few steps', () => {
  let steps = 0;
  const heap = new TimerHeap<{ readonly time: number; readonly order: number }>();
  const timers = Array.from({ length: 50_000 }, (_, order) => ({
    order,
    get time() {
      steps += 1;
      return (order * 7919) % 60_000;
    },
  }));
  for (const timer of timers) heap.push(timer);
  for (const timer of timers.slice(1_000)) heap.remove(timer);
  expect(heap.size).toBe(1_000);
  // Each comparison looks at two times at least; a walk over the heap would need thousands of them for each timer.
  expect(steps).toBeLessThan(50_000 * 2 * 2 * Math.log2(50_000) * 2);
});
