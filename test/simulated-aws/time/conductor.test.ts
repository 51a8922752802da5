import { describe, expect, it } from 'vitest';
import { Conductor, type Participant } from '../../../simulated-aws/time/conductor.ts';
import { Timeline } from '../../../simulated-aws/time/timeline.ts';

/** A participant that wakes at given times, and writes down each wake. */
function sleeper(name: string, wakes: number[], diary: string[]): Participant {
  return {
    name,
    quiet: async () => {},
    get nextWake() {
      return wakes[0];
    },
    get activity() {
      return -wakes.length;
    },
    waitsFor: ['an alarm'],
    advanceTo(time) {
      while (wakes[0] !== undefined && wakes[0] <= time) diary.push(`${name} ${wakes.shift()}`);
    },
  };
}

describe('the conductor', () => {
  it('lets the timeline go first at each moment, then everybody in the order in which they joined', async () => {
    const timeline = new Timeline(0);
    const conductor = new Conductor(timeline);
    const diary: string[] = [];
    for (const time of [10, 20, 30]) timeline.at(time, () => diary.push(`timeline ${time}`));
    conductor.join(sleeper('one', [10, 15, 20], diary));
    conductor.join(sleeper('two', [10, 20, 40], diary));
    await conductor.runTo(30);
    expect(diary).toEqual([
      ...['timeline 10', 'one 10', 'two 10', 'one 15'],
      ...['timeline 20', 'one 20', 'two 20', 'timeline 30'],
    ]);
    expect(timeline.now()).toBe(30);
  });

  it('stops at the moment at which a promise is over, with its value or its error', async () => {
    const timeline = new Timeline(0);
    const conductor = new Conductor(timeline);
    timeline.every(7, () => {});
    const done = new Promise<string>((resolve) => timeline.at(100, () => resolve('done')));
    conductor.join({ quiet: () => turn(), nextWake: undefined, advanceTo: () => {} });
    expect(await conductor.runUntil(done)).toBe('done');
    expect(timeline.now()).toBe(100);
    const failing = new Promise<string>((_, reject) => timeline.at(200, () => reject(new Error('no'))));
    await expect(conductor.runUntil(failing)).rejects.toThrow('no');
  });

  it('says who waits for what when nothing is left to happen, or not in time', async () => {
    const timeline = new Timeline(0);
    const conductor = new Conductor(timeline);
    conductor.join(sleeper('somebody else', [50], []));
    const never = new Promise<void>(() => {});
    await expect(conductor.runUntil(never, 49)).rejects.toThrow(
      'what is next happens at 1970-01-01T00:00:00.050Z, and the wait ends at 1970-01-01T00:00:00.049Z',
    );
    await expect(conductor.runUntil(never)).rejects.toThrow(
      'it never came at 1970-01-01T00:00:00.050Z: nothing is left to happen; somebody else waits for an alarm',
    );
  });

  it('asks those again who were quiet before somebody else worked', async () => {
    const timeline = new Timeline(0);
    const conductor = new Conductor(timeline);
    const post: string[] = [];
    let read = 0;
    const reader: Participant = {
      nextWake: undefined,
      quiet: async () => {
        read = post.length;
      },
      advanceTo: () => {},
    };
    let written = 0;
    const writer: Participant = {
      nextWake: undefined,
      get activity() {
        return written;
      },
      quiet: async () => {
        if (written < 3) post.push(`letter ${++written}`);
      },
      advanceTo: () => {},
    };
    conductor.join(reader);
    const leave = conductor.join(writer);
    await conductor.runTo(1);
    expect(read).toBe(3);
    leave();
    await conductor.runTo(2);
    expect(timeline.now()).toBe(2);
  });

  it('refuses to be driven twice at once', async () => {
    const conductor = new Conductor(new Timeline(0));
    const first = conductor.runTo(1);
    await expect(conductor.runTo(2)).rejects.toThrow('already');
    await first;
  });
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
