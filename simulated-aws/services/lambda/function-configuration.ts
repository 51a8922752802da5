import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { DEFAULT_RUNTIME } from './environment.ts';
import type { SimulatedFunction } from './simulated-function.ts';

/** As every operation shows a function. */
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
