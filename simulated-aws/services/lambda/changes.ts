import { createHash } from 'node:crypto';
import type * as api from '@aws-sdk/client-lambda';
import { ServiceError } from '../../core/service.ts';
import { configurationOf } from './function-configuration.ts';
import type { Functions } from './functions.ts';
import type { ResourcePolicies } from './resource-policy.ts';
import type { FunctionDefinition } from './simulated-function.ts';

/** What must stay unreserved in an account. Source: Lambda developer guide, "Configuring reserved concurrency". */
const UNRESERVED = 100;

/** Changes of a function that exists, and of who may invoke it. */
export function functionChanges(functions: Functions, permissions: ResourcePolicies) {
  return {
    /** Nobody here knows what the new code does, so it does nothing. */
    UpdateFunctionCode(input: api.UpdateFunctionCodeRequest): api.FunctionConfiguration {
      const { FunctionName = '', ZipFile, S3Bucket = '', S3Key = '', DryRun } = input;
      const code = ZipFile ?? Buffer.from(`${S3Bucket}/${S3Key}`);
      const codeSha256 = createHash('sha256').update(code).digest('base64');
      const change = { codeSha256, codeSize: code.length, isForeign: true };
      return configurationOf(DryRun ? functions.get(FunctionName) : functions.update(FunctionName, change));
    },

    UpdateFunctionConfiguration(input: api.UpdateFunctionConfigurationRequest): api.FunctionConfiguration {
      const {
        FunctionName = '',
        Role,
        Handler,
        Runtime,
        Timeout,
        MemorySize,
        Environment,
        DeadLetterConfig,
      } = input;
      const change: Partial<FunctionDefinition> = {
        ...(Role === undefined ? {} : { role: Role }),
        ...(Handler === undefined ? {} : { handler: Handler }),
        ...(Runtime === undefined ? {} : { runtime: Runtime }),
        ...(Timeout === undefined ? {} : { timeoutSeconds: Timeout }),
        ...(MemorySize === undefined ? {} : { memoryMb: MemorySize }),
        ...(Environment === undefined ? {} : { environment: Environment.Variables ?? {} }),
        ...(DeadLetterConfig === undefined ? {} : { deadLetterArn: DeadLetterConfig.TargetArn ?? '' }),
      };
      return configurationOf(functions.update(FunctionName, change));
    },

    DeleteFunction({ FunctionName = '' }: api.DeleteFunctionRequest): api.DeleteFunctionResponse {
      functions.delete(FunctionName);
      permissions.forget(FunctionName);
      return { StatusCode: 204 };
    },

    PutFunctionConcurrency(input: api.PutFunctionConcurrencyRequest): api.Concurrency {
      const { FunctionName = '', ReservedConcurrentExecutions = 0 } = input;
      const { concurrency = 1_000 } = functions.context;
      if (ReservedConcurrentExecutions > Math.max(0, concurrency - UNRESERVED))
        throw new ServiceError(
          'InvalidParameterValueException',
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED}].`,
        );
      functions.reserve(FunctionName, ReservedConcurrentExecutions);
      return { ReservedConcurrentExecutions };
    },

    DeleteFunctionConcurrency({ FunctionName = '' }: api.DeleteFunctionConcurrencyRequest) {
      functions.reserve(FunctionName, undefined);
      return {};
    },

    PutFunctionEventInvokeConfig(
      input: api.PutFunctionEventInvokeConfigRequest,
    ): api.FunctionEventInvokeConfig {
      const { FunctionName = '', MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = 21_600 } = input;
      const { arn } = functions.update(FunctionName, {
        maximumRetryAttempts: MaximumRetryAttempts,
        maximumEventAgeSeconds: MaximumEventAgeInSeconds,
      });
      return { FunctionArn: `${arn}:$LATEST`, MaximumRetryAttempts, MaximumEventAgeInSeconds };
    },

    AddPermission(input: api.AddPermissionRequest): api.AddPermissionResponse {
      const { FunctionName = '', StatementId = '', Principal = '', SourceArn } = input;
      functions.get(FunctionName);
      const source = SourceArn === undefined ? {} : { sourceArn: SourceArn };
      permissions.add(FunctionName, { statementId: StatementId, principal: Principal, ...source });
      return {
        Statement: JSON.stringify({ Sid: StatementId, Effect: 'Allow', Principal: { Service: Principal } }),
      };
    },

    RemovePermission({ FunctionName = '', StatementId = '' }: api.RemovePermissionRequest) {
      functions.get(FunctionName);
      permissions.remove(FunctionName, StatementId);
      return {};
    },

    GetPolicy({ FunctionName = '' }: api.GetPolicyRequest): api.GetPolicyResponse {
      const { arn } = functions.get(FunctionName);
      const statements = permissions.of(FunctionName);
      if (statements.length === 0)
        throw new ServiceError(
          'ResourceNotFoundException',
          'The resource you requested does not exist.',
          404,
        );
      const Statement = statements.map(({ statementId, principal, sourceArn }) => ({
        ...{ Sid: statementId, Effect: 'Allow', Principal: { Service: principal } },
        ...{ Action: 'lambda:InvokeFunction', Resource: arn },
        ...(sourceArn === undefined ? {} : { Condition: { ArnLike: { 'AWS:SourceArn': sourceArn } } }),
      }));
      return { Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement }) };
    },
  };
}
