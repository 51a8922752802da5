import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { TOO_LARGE } from '../../core/bucket-document.ts';
import type { Clients } from '../calls/clients.ts';
import type { Store } from './store.ts';

/**
 * Our objects are smaller: a batch of a thousand records is about half a megabyte. An intruder who may write
 * to the bucket could put an object there that is larger than the function's memory.
 */
const MOST_BYTES = 16 * 1024 * 1024;

/** Whether an emulator replaces S3: it needs the bucket's name in the path, not in the host name. */
export const needsPathStyle = (env: NodeJS.ProcessEnv): boolean =>
  Boolean(env['AWS_ENDPOINT_URL'] ?? env['AWS_ENDPOINT_URL_S3']);

/** A store in a versioned bucket: an overwritten object stays readable as an older version. */
export class S3Store implements Store {
  readonly location: string;
  private readonly s3: S3Client;
  private readonly options;

  constructor(
    clients: Clients,
    private readonly bucket: string,
    private readonly prefix: string,
    region: string,
    forcePathStyle: boolean,
  ) {
    this.location = `s3://${bucket}/${prefix}`;
    const sdk = {
      forcePathStyle,
      followRegionRedirects: true,
      requestChecksumCalculation: 'WHEN_REQUIRED' as const,
    };
    this.s3 = clients.of(S3Client, region, sdk);
    this.options = clients.options;
  }

  async put(key: string, text: string, options: { readonly ifAbsent?: boolean } = {}): Promise<boolean> {
    const put = new PutObjectCommand({
      Bucket: this.bucket,
      Key: this.prefix + key,
      Body: text,
      ContentType: key.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8',
      ...(options.ifAbsent ? { IfNoneMatch: '*' } : {}),
    });
    try {
      const { ETag } = await this.s3.send(put, this.options);
      // S3 answers with the ETag of the stored object (API_PutObject); the SDK accepts any answer with status
      // 200.
      if (!ETag)
        throw new Error(`the answer to PutObject ${this.prefix}${key} has no ETag: it may not be stored`);
      return true;
    } catch (thrown) {
      const { name } = thrown as Error;
      if (options.ifAbsent && (name === 'PreconditionFailed' || name === 'ConditionalRequestConflict'))
        return false;
      throw thrown;
    }
  }

  async get(key: string): Promise<string | undefined> {
    try {
      const object = await this.s3.send(
        new GetObjectCommand({ Bucket: this.bucket, Key: this.prefix + key }),
        this.options,
      );
      const { ContentLength = 0, Body } = object;
      if (ContentLength <= MOST_BYTES) return await Body?.transformToString('utf-8');
      (Body as { destroy?: () => void } | undefined)?.destroy?.();
      throw Object.assign(
        new Error(`${this.prefix}${key} is ${ContentLength} bytes long: too large to be ours`),
        { name: TOO_LARGE },
      );
    } catch (thrown) {
      if ((thrown as Error).name === 'NoSuchKey') return undefined;
      throw thrown;
    }
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    const query = { Bucket: this.bucket, Prefix: this.prefix + prefix };
    for await (const page of paginateListObjectsV2({ client: this.s3 }, query, this.options))
      for (const { Key } of page.Contents ?? []) if (Key) keys.push(Key.slice(this.prefix.length));
    return keys.sort((a, b) => (a < b ? -1 : 1));
  }
}
