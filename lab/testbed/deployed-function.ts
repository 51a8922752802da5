import { createHash } from 'node:crypto';
import { type FunctionConfiguration, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListBucketsCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { PLANTER } from './planted-account.ts';
import { unpackZip } from './zip.ts';

/** A function as moto holds it, with its code unpacked. */
export interface DeployedFunction {
  readonly configuration: FunctionConfiguration;
  /** The folder that holds the unpacked code. */
  readonly root: string;
  /** SHA-256, base64: of the archive that moto says it stores, and of the one that was unpacked here. */
  readonly storedSha256: string;
  readonly executedSha256: string;
  remove(): void;
}

/**
 * Fetches a deployed function from moto: configuration from Lambda, code from the asset bucket.
 * @throws Error when the function or its archive is not there.
 */
export async function fetchFunction(
  endpoint: string,
  region: string,
  functionName: string,
): Promise<DeployedFunction> {
  const client = { endpoint, region, credentials: PLANTER };
  const { Configuration: configuration, Code } = await new LambdaClient(client).send(
    new GetFunctionCommand({ FunctionName: functionName }),
  );
  if (!configuration || !Code?.Location)
    throw new Error(`moto holds no code for the function ${functionName}`);
  // moto's Location is on the real S3 host; only the key in it is of use.
  const archive = await findObject(endpoint, region, new URL(Code.Location).pathname.slice(1));
  const folder = temporaryFolder('killswitch-asset-');
  unpackZip(archive, folder.path);
  return {
    configuration,
    root: folder.path,
    storedSha256: configuration.CodeSha256 ?? '',
    executedSha256: createHash('sha256').update(archive).digest('base64'),
    remove: folder.remove,
  };
}

async function findObject(endpoint: string, region: string, key: string): Promise<Buffer> {
  const s3 = new S3Client({ endpoint, region, credentials: PLANTER, forcePathStyle: true });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  for (const { Name } of Buckets) {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: Name, Key: key }));
      if (Body) return Buffer.from(await Body.transformToByteArray());
    } catch (thrown) {
      if (!(thrown instanceof NoSuchKey)) throw thrown;
    }
  }
  throw new Error(`no bucket in moto holds the asset ${key}`);
}

/** The environment that Lambda gives the function, with credentials of its role that expire. */
export async function environmentOf(
  { configuration, root }: DeployedFunction,
  stsEndpoint: string,
  endpoint: string,
  region: string,
): Promise<NodeJS.ProcessEnv> {
  const name = configuration.FunctionName ?? '';
  const sts = new STSClient({ endpoint: stsEndpoint, region, credentials: PLANTER });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: configuration.Role, RoleSessionName: name }),
  );
  return {
    PATH: process.env['PATH'],
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...configuration.Environment?.Variables,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials?.SessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.MemorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
    LAMBDA_TASK_ROOT: root,
    // Beyond what Lambda gives: the way to moto, and no way to the files of whoever runs this.
    AWS_ENDPOINT_URL: endpoint,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
