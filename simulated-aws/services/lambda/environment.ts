import type { SimulatedFunction } from './simulated-function.ts';

/** Credentials of a function's role, as IAM mints them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What Lambda sets for a function's process. Source: Lambda developer guide, configuration-envvars. */
export function environmentOf(
  deployed: SimulatedFunction,
  credentials: RoleCredentials,
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

export const DEFAULT_RUNTIME = 'nodejs24.x';
