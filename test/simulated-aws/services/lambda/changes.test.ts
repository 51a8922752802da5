import type * as api from '@aws-sdk/client-lambda';
import { beforeEach, expect } from 'vitest';
import { LAMBDA_BEHAVIOURS } from '../../../../simulated-aws/services/lambda/behaviours.ts';
import type { SimulatedFunction } from '../../../../simulated-aws/services/lambda/simulated-function.ts';
import { behaviour } from '../../behaviour-test.ts';
import { MINUTE, REGION, stackAccount } from '../../stack-account.ts';
import { call, refusal } from '../iam/call.ts';

const FunctionName = 'engine';
const HOUR = 60 * MINUTE;

let setup: ReturnType<typeof stackAccount>;
/** The function as it was at each run of its own code. */
let ran: SimulatedFunction[];

beforeEach(() => {
  setup = stackAccount();
  ran = [];
  setup.account.functions.host = {
    run(deployed) {
      ran.push(deployed);
      return { ended: Promise.resolve({ payload: 'done', log: [] }), kill() {} };
    },
  };
});

const send = <Output>(operation: string, input: object = {}) =>
  call<Output>(setup.account.services['lambda'], operation, { FunctionName, ...input });
const invoke = () => setup.account.functions.invokeAsync(FunctionName, {});

behaviour(LAMBDA_BEHAVIOURS, 'lambda-update-code', async () => {
  const { account, live } = setup;
  invoke();
  await live(MINUTE);
  expect(ran).toHaveLength(1);
  const ZipFile = Buffer.from('other');
  expect(send<api.FunctionConfiguration>('UpdateFunctionCode', { ZipFile, DryRun: true }).CodeSha256).toBe(
    'Zm9v',
  );
  const changed = send<api.FunctionConfiguration>('UpdateFunctionCode', { ZipFile });
  expect(changed.CodeSha256).toBe('2SmKENGwc1g33EvYXaxkGw887yekfl1TpU8vP1svz/o=');
  expect(send<api.FunctionConfiguration>('GetFunctionConfiguration')).toEqual(changed);
  const after = invoke();
  await live(MINUTE);
  expect([ran.length, after.attempts.map(({ payload }) => payload)]).toEqual([1, [null]]);
  expect(account.functions.attempts).toHaveLength(2);
});

behaviour(LAMBDA_BEHAVIOURS, 'lambda-update-configuration', async () => {
  const shown = send<api.FunctionConfiguration>('UpdateFunctionConfiguration', {
    ...{ Timeout: 1, MemorySize: 128, Environment: { Variables: { A: '1' } } },
  });
  expect(shown).toMatchObject({ Timeout: 1, MemorySize: 128, Environment: { Variables: { A: '1' } } });
  expect(shown.Handler).toBe('index.handler');
  invoke();
  await setup.live(MINUTE);
  expect(ran).toMatchObject([{ timeoutSeconds: 1, environment: { A: '1' }, handler: 'index.handler' }]);
});

behaviour(LAMBDA_BEHAVIOURS, 'lambda-delete', async () => {
  const { account, live } = setup;
  account.permissions.add(FunctionName, { statementId: 'a', principal: 'sns.amazonaws.com' });
  const waiting = invoke();
  send('DeleteFunction');
  await live(MINUTE);
  expect([ran.length, waiting.givenUp]).toEqual([0, 'RetriesExhausted']);
  expect(refusal(invoke)).toBe('ResourceNotFoundException');
  expect(account.permissions.of(FunctionName)).toEqual([]);
  expect(refusal(() => send('DeleteFunction'))).toBe('ResourceNotFoundException');
});

behaviour(LAMBDA_BEHAVIOURS, 'lambda-put-concurrency', async () => {
  const reserve = (ReservedConcurrentExecutions: number) => () =>
    send<api.Concurrency>('PutFunctionConcurrency', { ReservedConcurrentExecutions });
  expect(refusal(reserve(901))).toBe('InvalidParameterValueException');
  expect(reserve(900)()).toEqual({ ReservedConcurrentExecutions: 900 });
  reserve(0)();
  const lost = invoke();
  await setup.live(MINUTE);
  expect([ran.length, lost.givenUp, setup.queue.messages.length]).toEqual([0, 'ZeroReservedConcurrency', 1]);
  send('DeleteFunctionConcurrency');
  expect(send<api.GetFunctionResponse>('GetFunction').Concurrency).toBeUndefined();
  invoke();
  await setup.live(MINUTE);
  expect(ran).toHaveLength(1);
});

behaviour(LAMBDA_BEHAVIOURS, 'lambda-permissions', () => {
  const { account, engine, wait, received } = setup;
  const topic = account.sns.topics.create(REGION, 'alarm');
  account.sns.topics.subscribe(topic, 'lambda', engine.arn);
  const publish = () => {
    account.sns.publish(topic, 'over');
    wait(MINUTE);
    return received().length;
  };
  const allow = { StatementId: 'topic', Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com' };
  expect([publish(), refusal(() => send('GetPolicy'))]).toEqual([0, 'ResourceNotFoundException']);
  send('AddPermission', { ...allow, SourceArn: topic });
  expect(refusal(() => send('AddPermission', { ...allow, SourceArn: topic }))).toBe(
    'ResourceConflictException',
  );
  expect(JSON.parse(send<api.GetPolicyResponse>('GetPolicy').Policy ?? '')).toMatchObject({
    Statement: [{ Sid: 'topic', Principal: { Service: 'sns.amazonaws.com' }, Resource: engine.arn }],
  });
  expect(publish()).toBe(1);
  send('RemovePermission', { StatementId: 'topic' });
  expect(publish()).toBe(1);
  expect(refusal(() => send('RemovePermission', { StatementId: 'topic' }))).toBe('ResourceNotFoundException');
});

behaviour(LAMBDA_BEHAVIOURS, 'lambda-event-invoke-config', async () => {
  send('PutFunctionEventInvokeConfig', { MaximumRetryAttempts: 0 });
  setup.account.functions.host = {
    run: () => ({
      ended: Promise.resolve({ error: { errorType: 'Error', errorMessage: 'no' }, log: [] }),
      kill() {},
    }),
  };
  const invocation = invoke();
  await setup.live(HOUR);
  expect([invocation.attempts.length, invocation.givenUp]).toEqual([1, 'RetriesExhausted']);
  expect(send('PutFunctionEventInvokeConfig', { MaximumEventAgeInSeconds: 60 })).toMatchObject({
    ...{ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 },
  });
});

behaviour(LAMBDA_BEHAVIOURS, 'lambda-role-gone', async () => {
  const { account, live, queue } = setup;
  account.iam.roleDirectory.delete('engine-role');
  const waiting = invoke();
  await live(HOUR);
  expect([ran.length, waiting.throttled, waiting.givenUp]).toEqual([0, 0, undefined]);
  account.iam.createRole('engine-role');
  await live(10 * MINUTE);
  expect([ran.length, waiting.givenUp]).toEqual([1, undefined]);
  account.iam.roleDirectory.trust('engine-role', '{"Statement":[{"Effect":"Deny","Principal":"*"}]}');
  const lost = invoke();
  await live(7 * HOUR);
  expect([ran.length, lost.givenUp, queue.messages.length]).toEqual([1, 'EventAgeExceeded', 1]);
});
