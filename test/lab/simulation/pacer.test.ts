import { expect, it, onTestFinished } from 'vitest';
import { Pacer } from '../../../lambda/shell/calls/pacer.ts';
import { systemClock } from '../../../lambda/shell/clock.ts';
import { Random } from '../../../simulated-aws/core/random.ts';
import { Conductor } from '../../../simulated-aws/time/conductor.ts';
import { installVirtualTime } from '../../../simulated-aws/time/in-process.ts';
import { Timeline } from '../../../simulated-aws/time/timeline.ts';

const START = Date.UTC(2026, 0, 31);

it('paces calls on virtual time as it would in real time', async () => {
  const timeline = new Timeline(START);
  const conductor = new Conductor(timeline);
  const inProcess = installVirtualTime(timeline, new Random(1));
  onTestFinished(() => inProcess.uninstall());
  conductor.join(inProcess);
  const pacer = new Pacer(systemClock);
  pacer.throttled(await pacer.turn());
  const turns: Promise<number>[] = Array.from({ length: 20 }, () => pacer.turn());
  const sentAt = await conductor.runUntil(Promise.all(turns));
  expect(sentAt.map((at) => at - START)).toEqual([...sentAt].sort((a, b) => a - b).map((at) => at - START));
  expect((sentAt.at(-1) ?? 0) - START).toBeGreaterThan(1_000);
  expect((sentAt.at(-1) ?? 0) - START).toBeLessThan(5_000);
});
