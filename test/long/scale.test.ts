import { describe, expect, it } from 'vitest';
import { AIMS, judge, timeRatioOf } from '../../lab/scale/aims.ts';
import { draw } from '../../lab/scale/drawing.ts';
import { playScaleCase, type ScaleCaseResult } from '../../lab/scale/scale-case.ts';
import { panelsOf } from '../../lab/scale/series.ts';
import { asText } from '../../lab/scale/table.ts';
import { Tally } from '../../lab/scale/tally.ts';

const AGAINST_HANGING_MS = 600_000;

describe('three hundred machines under the documented buckets', () => {
  const results: ScaleCaseResult[] = [];

  it.each([false, true])(
    'stop within the bound, each once, with a record (protected: %s)',
    async (isProtected) => {
      const result = await playScaleCase({ machines: 300, spread: '17 regions', isProtected, users: 0 });
      results.push(result);
      expect(timeRatioOf(result)).toBeLessThanOrEqual(AIMS.time);
      expect([result.lost, result.twice, result.failures]).toEqual([[], [], []]);
      expect(judge(result).calls.figure).toBeGreaterThanOrEqual(1);
      expect(result.peakMemoryMb).toBeGreaterThan(30);
      expect(result.byOperation['ec2 ModifyInstanceAttribute'] ?? 0).toBe(isProtected ? 300 : 0);
    },
    AGAINST_HANGING_MS,
  );

  it('come out as a table and as a drawing', () => {
    expect(asText(results)).toMatch(/300 protected machines in 17 regions +\d\.\d\d s/);
    const svg = draw(panelsOf(results, AIMS.memoryMb), ['a note']);
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('the tally', () => {
  const call = (operation: string, input: unknown, code?: string) => ({
    ...{ sequence: 1, service: 'ec2', region: 'eu-west-1', accessKeyId: 'ASIA', startedAt: 5 },
    ...{ operation, input, ...(code === undefined ? {} : { code }) },
  });

  it('tells accepted, throttled and refused calls apart, also when the code comes after the call', () => {
    const tally = new Tally();
    const late: ReturnType<typeof call> & { code?: string } = call('StopInstances', { InstanceIds: ['i-1'] });
    tally.take(late, 10);
    late.code = 'RequestLimitExceeded';
    tally.take(call('StopInstances', { InstanceIds: ['i-1'] }, 'OperationNotPermitted'), 20);
    tally.take(call('StopInstances', { InstanceIds: ['i-1', 'i-2'] }), 30);
    tally.take(call('StopInstances', { InstanceIds: ['i-2'] }), 40);
    tally.conclude();
    expect(tally).toMatchObject({ startedAt: 5, lastStopAt: 40, calls: 4, throttled: 1, refused: 1 });
    expect(tally.changes.get('stop i-2')).toEqual({ times: 2, firstAt: 30 });
    expect(tally.repeated).toEqual(['stop i-2']);
  });
});
