import type * as api from '@aws-sdk/client-s3';
import { beforeEach, expect } from 'vitest';
import type { Operations } from '../../../sim/account/service.ts';
import { S3_BEHAVIOURS } from '../../../sim/s3/behaviours.ts';
import { s3Operations } from '../../../sim/s3/operations.ts';
import { S3 } from '../../../sim/s3/s3.ts';
import { Timeline } from '../../../sim/time/timeline.ts';
import { behaviour } from '../behaviour-test.ts';
import { call, refusal } from '../iam/call.ts';

const Bucket = 'journal';

let s3: S3;
let operations: Operations;

beforeEach(() => {
  s3 = new S3(new Timeline(Date.UTC(2026, 10, 21)));
  operations = s3Operations(s3);
  s3.createBucket(Bucket, 'us-east-1', { versioned: true });
});

const put = (Key: string, Body: string, more: object = {}) =>
  call<api.PutObjectOutput>(operations, 'PutObject', { Bucket, Key, Body: Buffer.from(Body), ...more });
const get = (Key: string, more: object = {}) =>
  String(call<{ Body: Buffer }>(operations, 'GetObject', { Bucket, Key, ...more }).Body);
const list = (input: object = {}) =>
  call<api.ListObjectsV2Output>(operations, 'ListObjectsV2', { Bucket, ...input });

behaviour(S3_BEHAVIOURS, 's3-if-none-match', () => {
  put('mark', 'first', { IfNoneMatch: '*' });
  expect(refusal(() => put('mark', 'second', { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
  expect(get('mark')).toBe('first');
  call(operations, 'DeleteObject', { Bucket, Key: 'mark' });
  put('mark', 'third', { IfNoneMatch: '*' });
  expect(get('mark')).toBe('third');
});

behaviour(S3_BEHAVIOURS, 's3-missing', () => {
  expect(() => get('nothing')).toThrow(expect.objectContaining({ code: 'NoSuchKey', status: 404 }));
  expect(() => get('nothing', { Bucket: 'nowhere' })).toThrow(
    expect.objectContaining({ code: 'NoSuchBucket', status: 404 }),
  );
  expect(refusal(() => call(operations, 'HeadBucket', { Bucket: 'nowhere' }))).toBe('NoSuchBucket');
});

behaviour(S3_BEHAVIOURS, 's3-consistent', () => {
  for (const text of ['one', 'two']) {
    const { ETag } = put('key', text);
    expect(get('key')).toBe(text);
    expect(list().Contents).toMatchObject([{ Key: 'key', Size: 3, ETag }]);
  }
});

behaviour(S3_BEHAVIOURS, 's3-versions', () => {
  const { VersionId } = put('key', 'old');
  put('key', 'new');
  call(operations, 'DeleteObject', { Bucket, Key: 'key' });
  expect([refusal(() => get('key')), list().KeyCount]).toEqual(['NoSuchKey', 0]);
  expect(get('key', { VersionId })).toBe('old');
  expect(s3.versionsOf(Bucket, 'key').map(({ body }) => String(body))).toEqual(['old', 'new']);
  call(operations, 'DeleteObject', { Bucket, Key: 'key', VersionId });
  expect(s3.versionsOf(Bucket, 'key').map(({ body }) => String(body))).toEqual(['new']);
});

behaviour(S3_BEHAVIOURS, 's3-unversioned', () => {
  call(operations, 'CreateBucket', { Bucket: 'plain' });
  put('key', 'old', { Bucket: 'plain' });
  expect(put('key', 'new', { Bucket: 'plain' }).VersionId).toBeUndefined();
  expect(s3.versionsOf('plain', 'key').map(({ body }) => String(body))).toEqual(['new']);
  call(operations, 'DeleteObject', { Bucket: 'plain', Key: 'key' });
  expect(s3.versionsOf('plain', 'key')).toEqual([]);
});

behaviour(S3_BEHAVIOURS, 's3-list-pages', () => {
  const keys = Array.from({ length: 2_345 }, (_, at) => `runs/${String(at).padStart(5, '0')}`);
  for (const key of [...keys].reverse()) put(key, '.');
  put('other/1', '.');
  const pages: string[][] = [];
  let token: string | undefined;
  do {
    const page = list({ Prefix: 'runs/', MaxKeys: 5_000, ContinuationToken: token });
    pages.push((page.Contents ?? []).map(({ Key = '' }) => Key));
    token = page.NextContinuationToken;
  } while (token);
  expect(pages.map((page) => page.length)).toEqual([1_000, 1_000, 345]);
  expect(pages.flat()).toEqual(keys);
});

behaviour(S3_BEHAVIOURS, 's3-own-bucket', () => {
  const create = (name: string) => refusal(() => call(operations, 'CreateBucket', { Bucket: name }));
  expect([create('fine'), create('fine'), create('Not_fine')]).toEqual([
    'none',
    'BucketAlreadyOwnedByYou',
    'InvalidBucketName',
  ]);
  const { Buckets = [] } = call<api.ListBucketsOutput>(operations, 'ListBuckets');
  expect(Buckets.map(({ Name }) => Name)).toEqual(['fine', 'journal']);
});
