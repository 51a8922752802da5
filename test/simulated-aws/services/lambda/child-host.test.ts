import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LAMBDA_BEHAVIOURS } from '../../../../simulated-aws/services/lambda/behaviours.ts';
import type { Functions } from '../../../../simulated-aws/services/lambda/functions.ts';
import { behaviour } from '../../behaviour-test.ts';
import { UNLESS_HANGING } from '../../hanging.ts';
import { COLD_START_MS, definition, LambdaSetup, START } from './lambda-setup.ts';

let lambda: LambdaSetup;
let functions: Functions;

beforeEach(async () => {
  lambda = await LambdaSetup.inChildren();
  ({ functions } = lambda);
});
afterEach(() => lambda.stop());

describe('a run in a process of its own', UNLESS_HANGING, () => {
  behaviour(LAMBDA_BEHAVIOURS, 'lambda-timeout', async () => {
    const { error, payload, endedAt } = await lambda.conductor.runUntil(
      functions.invoke('engine', { sleepMs: 901_000 }),
    );
    expect(error?.errorType).toBe('Sandbox.Timedout');
    expect(error?.errorMessage).toMatch(
      /^RequestId: [-0-9a-f]{36} Error: Task timed out after 900\.00 seconds$/,
    );
    expect([payload, endedAt - START]).toEqual([undefined, COLD_START_MS + 900_000]);
    const inTime = await lambda.conductor.runUntil(functions.invoke('engine', { sleepMs: 899_999 }));
    expect(inTime.payload).toMatchObject({ slept: 899_999, left: 1 });
  });

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-exit', async () => {
    const exited = await lambda.conductor.runUntil(functions.invoke('engine', { exit: 3, sleepMs: 1_000 }));
    expect(exited.error).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(exited.error?.errorMessage).toContain('Error: Runtime exited with error: exit status 3');
    const run = functions.start('engine', 'killed', { sleepMs: 600_000 });
    lambda.timeline.after(30_000, run.kill);
    const killed = await lambda.conductor.runUntil(run.ended);
    expect(killed.error?.errorMessage).toContain('Runtime exited with error: signal: killed');
    expect(killed.endedAt - killed.startedAt).toBe(30_000);
    const atOnce = functions.start('engine', 'at once', {});
    atOnce.kill();
    expect((await atOnce.ended).error?.errorType).toBe('Runtime.ExitError');
  });

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-environment', async () => {
    functions.create('engine', { ...definition, memoryMb: 2_048 });
    const { payload, peakMemoryMb, log, requestId } = await lambda.conductor.runUntil(
      functions.invoke('engine', { sleepMs: 60_000, allocateMb: 200 }),
    );
    expect(payload).toMatchObject({
      slept: 60_000,
      left: 840_000,
      name: 'engine',
      arn: definition.arn,
      variable: 'value',
      region: 'eu-west-1',
      endpoint: 'http://127.0.0.1:9',
      root: definition.root,
      home: null,
    });
    const { key } = payload as { readonly key: string };
    expect(lambda.iam.principalOf(key)).toMatchObject({ kind: 'role', name: 'engine-role' });
    expect(log).toEqual([`run ${requestId} with 900000 ms left`]);
    expect(peakMemoryMb).toBeGreaterThan(230);
    expect(peakMemoryMb).toBeLessThan(500);
  });

  it('gives the same transcript when it is repeated', async () => {
    const transcript = async (each: LambdaSetup) => {
      each.functions.create('engine', { ...definition, maximumRetryAttempts: 0 });
      const events = [{ sleepMs: 3 }, { fail: 'no' }, { exit: 1 }, { sleepMs: 901_000 }];
      for (const event of events) each.functions.invokeAsync('engine', event);
      await each.idle();
      return each.functions.invocations.map(({ requestId, attempts, givenUp }) => ({
        requestId,
        givenUp,
        attempts: attempts.map(({ peakMemoryMb: _, ...attempt }) => attempt),
      }));
    };
    const first = await transcript(lambda);
    expect(first.map(({ attempts }) => attempts.map(({ error }) => error?.errorType))).toEqual([
      [undefined],
      ['TypeError'],
      ['Runtime.ExitError'],
      ['Sandbox.Timedout'],
    ]);
    await lambda.stop();
    lambda = await LambdaSetup.inChildren();
    expect(await transcript(lambda)).toEqual(first);
  });
});
