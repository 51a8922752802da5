import type { Behaviour } from '../../core/behaviour.ts';

const ASYNC_ERRORS = 'Lambda developer guide, invocation-async-error-handling';

/** What the simulated Lambda claims to do as AWS does. */
export const LAMBDA_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'lambda-async-retries-twice',
    claim: 'An asynchronous event whose run fails is run again after one minute, and then after two.',
    source: ASYNC_ERRORS,
  },
  {
    id: 'lambda-async-dead-letter',
    claim: 'An event that failed three times is given up, and the dead-letter target is told once.',
    source: ASYNC_ERRORS,
  },
  {
    id: 'lambda-async-throttled-waits',
    claim:
      'A throttled asynchronous event waits in the queue, 1 s at first and at most 5 min at a time, for 6 h.',
    source: ASYNC_ERRORS,
  },
  {
    id: 'lambda-async-event-age',
    claim: 'An event older than the maximum age is not tried again.',
    source: 'API_PutFunctionEventInvokeConfig, MaximumEventAgeInSeconds',
  },
  {
    id: 'lambda-reserved-zero-throttles',
    claim:
      'With a reserved concurrency of 0 a synchronous invoke is refused with 429 TooManyRequestsException.',
    source: 'API_PutFunctionConcurrency; API_Invoke, Errors',
  },
  {
    id: 'lambda-reserved-zero-dead-letters',
    claim: 'With a reserved concurrency of 0 an asynchronous event is given up without any attempt.',
    source:
      'assumption: such events go to the dead-letter queue (the Lambda developer guide was not at hand)',
  },
  {
    id: 'lambda-concurrency-limit',
    claim: 'More runs at once than the reserved, or the account-wide, concurrency are refused.',
    source: 'Lambda developer guide, lambda-concurrency',
  },
  {
    id: 'lambda-timeout',
    claim:
      'A run that reaches its timeout is ended: Sandbox.Timedout, "Task timed out after 900.00 seconds".',
    source: 'Lambda developer guide, configuration-timeout; wording: assumption, as in public logs',
  },
  {
    id: 'lambda-exit',
    claim: 'A run whose process ends without an answer is a Runtime.ExitError.',
    source: 'Lambda developer guide, troubleshooting-execution',
  },
  {
    id: 'lambda-cold-start',
    claim: 'Each run starts in a new environment and takes a cold start first, which is billed.',
    source: 'assumption: 400 ms; the developer guide says "from under 100 ms to over 1 second"',
  },
  {
    id: 'lambda-billing',
    claim: 'Runs are billed by the millisecond, rounded up, times their memory.',
    source: 'AWS Lambda pricing',
  },
  {
    id: 'lambda-environment',
    claim: 'A run finds its environment variables, credentials of its role, and a context that counts down.',
    source: 'Lambda developer guide, configuration-envvars, nodejs-context',
  },
  {
    id: 'lambda-invoke-types',
    claim: 'Invoke answers 202 for Event, 204 for DryRun, and 200 with FunctionError when the code failed.',
    source: 'API_Invoke',
  },
  {
    id: 'lambda-not-found',
    claim:
      'Invoke, GetFunction and GetFunctionConfiguration answer ResourceNotFoundException, 404, for no function.',
    source: 'API_Invoke, API_GetFunction, API_GetFunctionConfiguration',
  },
  {
    id: 'lambda-get-function',
    claim: 'GetFunctionConfiguration tells what was deployed, by name, ARN, or partial ARN with a qualifier.',
    source: 'API_GetFunctionConfiguration',
  },
  {
    id: 'lambda-update-code',
    claim: 'Other code has another hash, and what was there before does not run any more.',
    source: 'API_UpdateFunctionCode; assumption: what somebody puts there does nothing',
  },
  {
    id: 'lambda-update-configuration',
    claim: 'UpdateFunctionConfiguration changes what it names, and the next run has it.',
    source: 'API_UpdateFunctionConfiguration',
  },
  {
    id: 'lambda-delete',
    claim: 'A deleted function takes no events, and events that wait for it are given up.',
    source: 'API_DeleteFunction',
  },
  {
    id: 'lambda-put-concurrency',
    claim: 'Reserved concurrency can be set, to 0 as well, and taken back; 100 must stay unreserved.',
    source: 'API_PutFunctionConcurrency; Lambda developer guide, configuration-concurrency',
  },
  {
    id: 'lambda-permissions',
    claim: 'A permission lets one source invoke the function until its statement is removed.',
    source: 'API_AddPermission, API_RemovePermission, API_GetPolicy',
  },
  {
    id: 'lambda-event-invoke-config',
    claim: 'PutFunctionEventInvokeConfig replaces both limits of asynchronous events.',
    source: 'API_PutFunctionEventInvokeConfig',
  },
  {
    id: 'lambda-role-gone',
    claim:
      'A function whose role is gone, or does not trust Lambda, does not start; its events wait and age.',
    source:
      'Lambda developer guide, lambda-intro-execution-role; assumption: as after errors of Lambda itself',
  },
];
