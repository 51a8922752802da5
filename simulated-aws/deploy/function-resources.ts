import { existsSync } from 'node:fs';
import type { Creation } from './creation.ts';

interface FunctionProperties {
  readonly Code: { readonly S3Key: string };
  readonly Role: string;
  readonly Handler: string;
  readonly Runtime: string;
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly Architectures?: readonly ('x86_64' | 'arm64')[];
  readonly DeadLetterConfig?: { readonly TargetArn: string };
  readonly LoggingConfig?: { readonly LogGroup?: string };
  readonly ReservedConcurrentExecutions?: number;
}

export function createFunction({
  account,
  region,
  assets,
  id,
  properties,
}: Creation<FunctionProperties>): void {
  const asset = properties.Code.S3Key.replace(/\.zip$/, '');
  const root = assets.get(asset);
  if (!root || !existsSync(root)) throw new Error(`the function's asset ${asset} is not in the assembly`);
  account.functions.create(id, {
    arn: `arn:aws:lambda:${region}:${account.accountId}:function:${id}`,
    role: properties.Role,
    region,
    timeoutSeconds: properties.Timeout ?? 3,
    memoryMb: properties.MemorySize ?? 128,
    environment: properties.Environment?.Variables ?? {},
    root,
    handler: properties.Handler,
    ...optionsOf(properties),
    // The asset's name is the SHA-256 of its source. Lambda hashes the archive, which nobody makes here.
    codeSha256: Buffer.from(asset, 'hex').toString('base64'),
  });
}

/** What the function has only if the template says so. */
function optionsOf(properties: FunctionProperties) {
  const { Runtime, Architectures, DeadLetterConfig, LoggingConfig, ReservedConcurrentExecutions } =
    properties;
  const architecture = Architectures?.[0];
  const deadLetterArn = DeadLetterConfig?.TargetArn;
  const logGroup = LoggingConfig?.LogGroup;
  const reservedConcurrency = ReservedConcurrentExecutions;
  return {
    runtime: Runtime,
    ...(architecture === undefined ? {} : { architecture }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    ...(logGroup === undefined ? {} : { logGroup }),
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
  };
}

export function configureInvocation({
  account,
  properties,
}: Creation<{
  readonly FunctionName: string;
  readonly MaximumRetryAttempts: number;
  readonly MaximumEventAgeInSeconds: number;
}>): void {
  account.functions.update(properties.FunctionName, {
    maximumRetryAttempts: properties.MaximumRetryAttempts,
    maximumEventAgeSeconds: properties.MaximumEventAgeInSeconds,
  });
}

/** Services that invoke functions on behalf of one of their resources. */
const INVOKERS = new Set(['sns.amazonaws.com', 'events.amazonaws.com']);

export function permitInvocation({
  account,
  id,
  properties: { FunctionName, Principal, SourceArn, Action },
}: Creation<Readonly<Record<'FunctionName' | 'Principal' | 'SourceArn' | 'Action', string>>>): void {
  if (!INVOKERS.has(Principal) || Action !== 'lambda:InvokeFunction' || !SourceArn)
    throw new Error(`a permission for ${Principal} to ${Action} is not simulated`);
  account.permissions.add(FunctionName, { statementId: id, principal: Principal, sourceArn: SourceArn });
}
