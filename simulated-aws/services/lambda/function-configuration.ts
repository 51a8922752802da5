import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { TemporaryCredentials } from '../iam/user.ts';
import type { SimulatedFunction } from './simulated-function.ts';

const DEFAULT_RUNTIME = 'nodejs24.x';

/** What Lambda sets for a function's process. Source: Lambda developer guide, configuration-envvars. */
export function environmentOf(
  deployed: SimulatedFunction,
  credentials: TemporaryCredentials,
): Readonly<Record<string, string>> {
  const { name, region, environment, memoryMb, root, handler, runtime = DEFAULT_RUNTIME } = deployed;
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...environment,
    _HANDLER: handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: deployed.logGroup ?? `/aws/lambda/${name}`,
    LAMBDA_TASK_ROOT: root,
  };
}

/** A function as every operation shows it. */
export function configurationOf(deployed: SimulatedFunction): FunctionConfiguration {
  const { name, arn, role, handler, timeoutSeconds, memoryMb, codeSha256, codeSize, environment } = deployed;
  return {
    FunctionName: name,
    FunctionArn: arn,
    Runtime: (deployed.runtime ?? DEFAULT_RUNTIME) as NonNullable<FunctionConfiguration['Runtime']>,
    Role: role,
    Handler: handler,
    ...(codeSize !== undefined && { CodeSize: codeSize }),
    Timeout: timeoutSeconds,
    MemorySize: memoryMb,
    LastModified: new Date(deployed.lastModified).toISOString().replace('Z', '+0000'),
    CodeSha256: codeSha256,
    Version: '$LATEST',
    Environment: { Variables: { ...environment } },
    ...(deployed.deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: deployed.deadLetterArn } }),
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [deployed.architecture ?? 'arm64'],
    LoggingConfig: { LogFormat: 'Text', LogGroup: deployed.logGroup ?? `/aws/lambda/${name}` },
  };
}
