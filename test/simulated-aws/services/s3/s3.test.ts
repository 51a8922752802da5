import type * as api from '@aws-sdk/client-s3';
import { beforeEach, expect } from 'vitest';
import type { Operations } from '../../../../simulated-aws/core/service.ts';
import { S3_BEHAVIOURS } from '../../../../simulated-aws/services/s3/behaviours.ts';
import { s3Operations } from '../../../../simulated-aws/services/s3/operations.ts';
import { S3 } from '../../../../simulated-aws/services/s3/s3.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';
import { behaviour } from '../../behaviour-test.ts';
import { call, refusal } from '../iam/call.ts';

const Bucket = 'journal';

const DAY = 86_400_000;

let timeline: Timeline;
let s3: S3;
let operations: Operations;

beforeEach(() => {
  timeline = new Timeline(Date.UTC(2026, 10, 21, 12));
  s3 = new S3(timeline);
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

behaviour(S3_BEHAVIOURS, 's3-delete-bucket', () => {
  const remove = () => refusal(() => call(operations, 'DeleteBucket', { Bucket }));
  const { VersionId } = put('key', '.');
  expect(remove()).toBe('BucketNotEmpty');
  call(operations, 'DeleteObject', { Bucket, Key: 'key' });
  expect(remove()).toBe('BucketNotEmpty');
  call(operations, 'DeleteObject', { Bucket, Key: 'key', VersionId });
  const [marker] = s3.require(Bucket).objects.get('key') ?? [];
  call(operations, 'DeleteObject', { Bucket, Key: 'key', VersionId: marker?.versionId });
  expect([remove(), remove()]).toEqual(['none', 'NoSuchBucket']);
});

behaviour(S3_BEHAVIOURS, 's3-bucket-policy', () => {
  const Deny = (Principal: unknown, Action: unknown, more: object = {}) =>
    call(operations, 'PutBucketPolicy', {
      Bucket,
      Policy: JSON.stringify({ Statement: { Effect: 'Deny', Principal, Action, Resource: '*', ...more } }),
    });
  const tries = () => [refusal(() => put('key', '.')), refusal(() => get('key')), refusal(() => list())];
  expect(tries()).toEqual(['none', 'none', 'none']);
  Deny({ AWS: 'arn:aws:iam::111122223333:user/other' }, 's3:*');
  expect(tries()).toEqual(['none', 'none', 'none']);
  Deny('*', ['s3:Put*', 's3:ListBucket']);
  expect(tries()).toEqual(['AccessDenied', 'none', 'AccessDenied']);
  Deny({ AWS: '*' }, 's3:*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  expect(tries()).toEqual(['none', 'none', 'none']);
  Deny('*', 's3:*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
  expect(() => put('key', '.')).toThrow('IpAddress');
  call(operations, 'DeleteBucketPolicy', { Bucket });
  expect([...tries(), refusal(() => call(operations, 'GetBucketPolicy', { Bucket }))]).toEqual([
    ...['none', 'none', 'none'],
    'NoSuchBucketPolicy',
  ]);
});

behaviour(S3_BEHAVIOURS, 's3-lifecycle', () => {
  const expire = (Name: string, rule: object) =>
    call(operations, 'PutBucketLifecycleConfiguration', {
      Bucket: Name,
      LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Filter: { Prefix: 'runs/' }, ...rule }] },
    });
  call(operations, 'CreateBucket', { Bucket: 'plain' });
  for (const name of [Bucket, 'plain']) {
    put('runs/1', '.', { Bucket: name });
    put('kept', '.', { Bucket: name });
    expire(name, { Expiration: { Days: 1 }, NoncurrentVersionExpiration: { NoncurrentDays: 1 } });
  }
  const keys = (name: string) => s3.list(name).map(({ key }) => key);
  timeline.advanceTo(Date.UTC(2026, 10, 23) - 1);
  expect([keys(Bucket), keys('plain')]).toEqual([
    ['kept', 'runs/1'],
    ['kept', 'runs/1'],
  ]);
  timeline.advanceTo(Date.UTC(2026, 10, 23));
  expect([keys(Bucket), keys('plain')]).toEqual([['kept'], ['kept']]);
  expect(s3.versionsOf(Bucket, 'runs/1')).toHaveLength(1);
  timeline.advanceTo(timeline.now() + DAY);
  expect(s3.versionsOf(Bucket, 'runs/1')).toEqual([]);
  expect(() => expire(Bucket, { Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] })).toThrow('simulated');
});
