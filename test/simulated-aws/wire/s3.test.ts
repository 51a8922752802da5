import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect } from 'vitest';
import { WIRE_BEHAVIOURS } from '../../../simulated-aws/wire/behaviours.ts';
import { serve } from '../../../simulated-aws/wire/server.ts';
import { behaviour } from '../behaviour-test.ts';
import { wireAccount } from './wire-account.ts';

describe('S3 on the wire', () => {
  behaviour(WIRE_BEHAVIOURS, 'wire-s3-chunked', async () => {
    const { account, endpoint, config } = wireAccount();
    account.s3.createBucket('journal', 'us-east-1');
    // A stream of unknown content is what the SDK sends in chunks, its checksum after it.
    const Body = Readable.from([Buffer.from('first '), Buffer.from('second')]);
    await new S3Client(config).send(
      new PutObjectCommand({ Bucket: 'journal', Key: 'k', Body, ContentLength: 12 }),
    );
    expect(account.s3.find('journal', 'k')?.body.toString()).toBe('first second');
    const input = endpoint.calls[0]?.input as Record<string, unknown>;
    expect(input).toMatchObject({ ContentLength: 12, ChecksumCRC32: expect.any(String) as string });
    expect(input).not.toHaveProperty('ContentEncoding');
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-s3-addresses', async () => {
    const { account, endpoint, config } = wireAccount();
    account.s3.createBucket('journal', 'us-east-1');
    for (const forcePathStyle of [true, false])
      await new S3Client({ ...config, forcePathStyle }).send(
        new PutObjectCommand({ Bucket: 'journal', Key: `folder/${forcePathStyle}`, Body: 'x' }),
      );
    expect(endpoint.calls.map(({ input }) => input)).toMatchObject([
      { Bucket: 'journal', Key: 'folder/true' },
      { Bucket: 'journal', Key: 'folder/false' },
    ]);
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-s3-head', async () => {
    const { account, endpoint, config } = wireAccount();
    account.s3.createBucket('journal', 'us-east-1');
    const { requestHandler: _, ...others } = config;
    const server = await serve(endpoint);
    const s3 = new S3Client({ ...others, endpoint: server.url });
    await s3.send(new PutObjectCommand({ Bucket: 'journal', Key: 'k', Body: 'hello' }));
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'journal', Key: 'k' }))).ContentLength).toBe(5);
    const missing = { name: 'NotFound', $metadata: { httpStatusCode: 404 } };
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'none' }))).rejects.toMatchObject(missing);
    await expect(s3.send(new GetObjectCommand({ Bucket: 'journal', Key: 'none' }))).rejects.toThrow(
      NoSuchKey,
    );
    await server.stop();
  });
});
