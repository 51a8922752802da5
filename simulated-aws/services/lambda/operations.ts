import type {
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  InvocationRequest,
  InvocationResponse,
} from '@aws-sdk/client-lambda';
import { type Operation, type Operations, ServiceError } from '../../core/service.ts';
import { functionChanges } from './changes.ts';
import { configurationOf } from './function-configuration.ts';
import type { Functions } from './functions.ts';
import type { ResourcePolicies } from './resource-policy.ts';
import type { Attempt } from './simulated-function.ts';

/** Lambda's API on functions that exist: how to invoke, read and change them. */
export function lambdaOperations(functions: Functions, permissions: ResourcePolicies): Operations {
  const invoke: Operation<InvocationRequest, InvocationResponse | Promise<InvocationResponse>> = (input) =>
    answerInvoke(functions, input);
  const getFunction: Operation<GetFunctionRequest, GetFunctionResponse> = ({ FunctionName = '' }) => {
    const deployed = functions.get(FunctionName);
    const { reservedConcurrency } = deployed;
    return {
      Configuration: configurationOf(deployed),
      Code: { RepositoryType: 'S3' },
      ...(reservedConcurrency !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
      }),
    };
  };
  const getFunctionConfiguration: Operation<GetFunctionConfigurationRequest, FunctionConfiguration> = ({
    FunctionName = '',
  }) => configurationOf(functions.get(FunctionName));
  return {
    Invoke: invoke,
    GetFunction: getFunction,
    GetFunctionConfiguration: getFunctionConfiguration,
    ...functionChanges(functions, permissions),
  };
}

/** Source: API_Invoke: 202 for Event, 204 for DryRun, 200 with FunctionError when the code failed. */
function answerInvoke(
  functions: Functions,
  { FunctionName = '', InvocationType = 'RequestResponse', LogType, Payload }: InvocationRequest,
): InvocationResponse | Promise<InvocationResponse> {
  functions.get(FunctionName);
  if (InvocationType === 'DryRun') return { StatusCode: 204 };
  const event = parseEvent(Payload);
  if (InvocationType !== 'Event')
    return functions.invoke(FunctionName, event).then((attempt) => answerOf(attempt, LogType === 'Tail'));
  functions.invokeAsync(FunctionName, event);
  return { StatusCode: 202 };
}

function answerOf({ error, payload = null, log }: Attempt, withLog: boolean): InvocationResponse {
  return {
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    Payload: Buffer.from(JSON.stringify(error ?? payload)),
    ...(error && { FunctionError: 'Unhandled' }),
    ...(withLog && { LogResult: Buffer.from(log.join('\n')).subarray(-4096).toString('base64') }),
  };
}

function parseEvent(payload: Uint8Array | undefined): unknown {
  if (payload === undefined || payload.length === 0) return {};
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch (thrown) {
    throw new ServiceError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    );
  }
}
