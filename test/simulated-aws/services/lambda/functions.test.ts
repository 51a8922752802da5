import type { InvocationResponse } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect } from 'vitest';
import type { Operation } from '../../../../simulated-aws/core/service.ts';
import type { Invocation } from '../../../../simulated-aws/services/lambda/async-invocation.ts';
import { LAMBDA_BEHAVIOURS } from '../../../../simulated-aws/services/lambda/behaviours.ts';
import type { Functions } from '../../../../simulated-aws/services/lambda/functions.ts';
import { lambdaOperations } from '../../../../simulated-aws/services/lambda/operations.ts';
import { ResourcePolicies } from '../../../../simulated-aws/services/lambda/resource-policy.ts';
import { behaviour } from '../../behaviour-test.ts';
import { ACCOUNT, COLD_START_MS, definition, LambdaSetup, START } from './lambda-setup.ts';

const MINUTE = 60_000;
let lambda: LambdaSetup;
let functions: Functions;

beforeEach(() => {
  lambda = LambdaSetup.scripted();
  ({ functions } = lambda);
});

const startsOf = ({ attempts }: Invocation) => attempts.map(({ startedAt }) => startedAt - START);

describe('asynchronous events', () => {
  behaviour(LAMBDA_BEHAVIOURS, 'lambda-async-retries-twice', async () => {
    const invocation = functions.invokeAsync('engine', { fail: 'no', sleepMs: 5_000 });
    await lambda.idle();
    const run = COLD_START_MS + 5_000;
    expect(startsOf(invocation)).toEqual([0, run + MINUTE, 2 * run + 3 * MINUTE]);
    expect(invocation.attempts.map(({ error }) => error?.errorType)).toEqual(Array(3).fill('TypeError'));
    expect(new Set(invocation.attempts.map(({ log }) => log[0]))).toEqual(
      new Set([`run ${invocation.requestId}`]),
    );
  });

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-async-dead-letter', async () => {
    const told: Invocation[] = [];
    functions.onGivenUp = (invocation) => told.push(invocation);
    const failing = functions.invokeAsync('engine', { fail: 'no' });
    const working = functions.invokeAsync('engine', {});
    await lambda.idle();
    expect(told).toEqual([failing]);
    expect([failing.givenUp, working.givenUp]).toEqual(['RetriesExhausted', undefined]);
    expect(working.attempts).toHaveLength(1);
  });

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-async-throttled-waits', async () => {
    functions.create('engine', { ...definition, reservedConcurrency: 1 });
    const first = functions.invokeAsync('engine', { sleepMs: 800_000 });
    const second = functions.invokeAsync('engine', {});
    await lambda.idle();
    expect(first.throttled).toBe(0);
    // 1 + 2 + 4 + … + 256 s, then every 300 s, until the first has ended after 800.4 s.
    expect(second.throttled).toBe(10);
    expect(startsOf(second)).toEqual([811_000]);
    expect(second.attempts[0]?.error).toBeUndefined();
  });

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-async-event-age', async () => {
    functions.create('engine', { ...definition, maximumEventAgeSeconds: 65 });
    const invocation = functions.invokeAsync('engine', { fail: 'no' });
    await lambda.idle();
    expect(startsOf(invocation)).toEqual([0, COLD_START_MS + MINUTE]);
    expect(invocation.givenUp).toBe('EventAgeExceeded');
  });
});

describe('concurrency', () => {
  behaviour(LAMBDA_BEHAVIOURS, 'lambda-reserved-zero-throttles', async () => {
    functions.create('engine', { ...definition, reservedConcurrency: 0 });
    await expect(async () => functions.invoke('engine', {})).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
    });
  });

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-reserved-zero-dead-letters', async () => {
    functions.create('engine', { ...definition, reservedConcurrency: 0 });
    const invocation = functions.invokeAsync('engine', {});
    await lambda.idle();
    expect([invocation.givenUp, invocation.attempts, lambda.now]).toEqual(['ZeroReservedConcurrency', [], 0]);
  });

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-concurrency-limit', async () => {
    functions.create('engine', { ...definition, reservedConcurrency: 2 });
    const running = [functions.invoke('engine', {}), functions.invoke('engine', {})];
    expect(() => functions.start('engine', 'third', {})).toThrow('Rate Exceeded');
    await lambda.conductor.runUntil(Promise.all(running));
    lambda = LambdaSetup.scripted({ concurrency: 1 });
    const only = lambda.functions.invoke('engine', {});
    expect(() => lambda.functions.start('engine', 'second', {})).toThrow('Rate Exceeded');
    await lambda.conductor.runUntil(only);
    await lambda.conductor.runUntil(lambda.functions.invoke('engine', {}));
  });
});

describe('a run', () => {
  behaviour(LAMBDA_BEHAVIOURS, 'lambda-cold-start', async () => {
    const twice = async () => {
      const { startedAt, endedAt } = await lambda.conductor.runUntil(
        functions.invoke('engine', { sleepMs: 100 }),
      );
      return endedAt - startedAt;
    };
    expect([await twice(), await twice()]).toEqual([COLD_START_MS + 100, COLD_START_MS + 100]);
    expect(functions.used.billedMs).toBe(2 * (COLD_START_MS + 100));
  });

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-billing', async () => {
    functions.create('large', { ...definition, memoryMb: 2_048 });
    await lambda.conductor.runUntil(functions.invoke('engine', { sleepMs: 600 }));
    await lambda.conductor.runUntil(functions.invoke('large', { sleepMs: 1_600 }));
    expect(functions.used).toEqual({ invocations: 2, billedMs: 3_000, gigabyteSeconds: 0.5 + 4 });
  });
});

describe('the API', () => {
  const call = (name: string, input: object): unknown =>
    (lambdaOperations(functions, new ResourcePolicies())[name] as Operation<object>)(input, lambda.context);
  const invoke = async (input: object) => (await call('Invoke', input)) as InvocationResponse;

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-invoke-types', async () => {
    const Payload = (event: object) => ({
      FunctionName: 'engine',
      Payload: Buffer.from(JSON.stringify(event)),
    });
    expect(await invoke({ ...Payload({}), InvocationType: 'DryRun' })).toEqual({ StatusCode: 204 });
    expect(await invoke({ ...Payload({}), InvocationType: 'Event' })).toEqual({ StatusCode: 202 });
    const worked = await lambda.conductor.runUntil(invoke({ ...Payload({}), LogType: 'Tail' }));
    expect(worked).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(worked.FunctionError).toBeUndefined();
    expect(Buffer.from(worked.LogResult ?? '', 'base64').toString()).toMatch(/^run [-0-9a-f]{36}$/);
    const failed = await lambda.conductor.runUntil(invoke(Payload({ fail: 'no' })));
    expect(failed).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(Buffer.from(failed.Payload ?? []).toString())).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'no',
    });
    await expect(async () =>
      invoke({ FunctionName: 'engine', Payload: Buffer.from('{') }),
    ).rejects.toMatchObject({
      code: 'InvalidRequestContentException',
    });
    await lambda.idle();
    expect(functions.used.invocations).toBe(3);
  });

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-not-found', async () => {
    for (const name of ['Invoke', 'GetFunction', 'GetFunctionConfiguration'])
      await expect(async () => call(name, { FunctionName: 'missing' })).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
        status: 404,
        message: `Function not found: arn:aws:lambda:us-east-1:${ACCOUNT}:function:missing`,
      });
    functions.delete('engine');
    expect(() => functions.invokeAsync('engine', {})).toThrow('Function not found');
  });

  behaviour(LAMBDA_BEHAVIOURS, 'lambda-get-function', () => {
    const names = ['engine', definition.arn, `${definition.arn}:$LATEST`, `${ACCOUNT}:function:engine`];
    const answers = names.map((FunctionName) => call('GetFunctionConfiguration', { FunctionName }));
    for (const answer of answers)
      expect(answer).toMatchObject({
        FunctionName: 'engine',
        FunctionArn: definition.arn,
        Role: definition.role,
        Runtime: 'nodejs24.x',
        Timeout: 900,
        MemorySize: 512,
        CodeSha256: 'Zm9v',
        Environment: { Variables: { VARIABLE: 'value' } },
        LastModified: '2026-01-31T00:00:00.000+0000',
      });
    expect(call('GetFunction', { FunctionName: 'engine' })).toMatchObject({ Configuration: answers[0] });
  });
});
