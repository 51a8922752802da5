import type * as api from '@aws-sdk/client-s3';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import { isDenied } from './bucket-policy.ts';
import { bucketChanges } from './changes.ts';
import type { S3, StoredObject } from './s3.ts';

/** The SDK's input and output, with the body as bytes, since streams are a matter of the wire. */
type PutInput = Omit<api.PutObjectRequest, 'Body'> & { readonly Body?: Uint8Array | string };
type GetOutput = Omit<api.GetObjectOutput, 'Body'> & { readonly Body: Buffer };

/** S3's API on buckets and objects. */
export function s3Operations(s3: S3): Operations {
  /** @throws ServiceError NoSuchBucket, AccessDenied where the bucket's policy says so. */
  const allow = (action: string, bucket: string, { principal }: CallContext) => {
    if (isDenied(s3.require(bucket).policy, `s3:${action}`, principal))
      throw new ServiceError('AccessDenied', 'Access Denied', 403);
  };
  return {
    ...bucketChanges(s3),

    CreateBucket(input: api.CreateBucketRequest, { region }: CallContext): api.CreateBucketOutput {
      const { Bucket = '', CreateBucketConfiguration: { LocationConstraint = region } = {} } = input;
      s3.createBucket(Bucket, LocationConstraint);
      return { Location: `/${Bucket}` };
    },

    HeadBucket({ Bucket = '' }: api.HeadBucketRequest): api.HeadBucketOutput {
      return { BucketRegion: s3.require(Bucket).region };
    },

    ListBuckets(_: api.ListBucketsRequest): api.ListBucketsOutput {
      const buckets = [...s3.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return {
        Buckets: buckets.map(({ name, createdAt }) => ({ Name: name, CreationDate: new Date(createdAt) })),
      };
    },

    PutObject(input: PutInput, context: CallContext): api.PutObjectOutput {
      const { Bucket = '', Key = '', Body = '', ContentType, IfNoneMatch } = input;
      allow('PutObject', Bucket, context);
      if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
        throw new ServiceError(
          'NotImplemented',
          'A header you provided implies functionality that is not implemented',
          501,
        );
      const object = s3.put(Bucket, Key, Buffer.from(Body as Uint8Array), {
        ifAbsent: IfNoneMatch === '*',
        ...(ContentType === undefined ? {} : { contentType: ContentType }),
      });
      return { ETag: object.etag, ...versionOf(object) };
    },

    GetObject({ Bucket = '', Key = '', VersionId }: api.GetObjectRequest, context: CallContext): GetOutput {
      allow('GetObject', Bucket, context);
      const object = s3.find(Bucket, Key, VersionId);
      if (!object) throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
      return { ...headOf(object), Body: object.body };
    },

    HeadObject(input: api.HeadObjectRequest, context: CallContext): api.HeadObjectOutput {
      const { Bucket = '', Key = '', VersionId } = input;
      allow('GetObject', Bucket, context);
      const object = s3.find(Bucket, Key, VersionId);
      if (!object) throw new ServiceError('NotFound', 'Not Found', 404);
      return headOf(object);
    },

    DeleteObject({ Bucket = '', Key = '', VersionId }: api.DeleteObjectRequest, context: CallContext) {
      allow(VersionId ? 'DeleteObjectVersion' : 'DeleteObject', Bucket, context);
      s3.delete(Bucket, Key, VersionId);
      return {};
    },

    ListObjectsV2(input: api.ListObjectsV2Request, context: CallContext): api.ListObjectsV2Output {
      allow('ListBucket', input.Bucket ?? '', context);
      const {
        Bucket = '',
        Prefix = '',
        MaxKeys = 1_000,
        ContinuationToken,
        StartAfter = '',
        Delimiter,
      } = input;
      if (Delimiter) throw new ServiceError('NotImplemented', 'Delimiter is not simulated', 501);
      // Clients do not read tokens. This one is the last key of the page before.
      const after = ContinuationToken ? Buffer.from(ContinuationToken, 'base64url').toString() : StartAfter;
      const left = s3.list(Bucket, Prefix).filter(({ key }) => key > after);
      const page = left.slice(0, Math.min(MaxKeys, 1_000));
      const last = page.at(-1);
      const isTruncated = last !== undefined && page.length < left.length;
      return {
        Name: Bucket,
        Prefix,
        MaxKeys,
        KeyCount: page.length,
        IsTruncated: isTruncated,
        ...(isTruncated ? { NextContinuationToken: Buffer.from(last.key).toString('base64url') } : {}),
        Contents: page.map(({ key, etag, body, modifiedAt }) => ({
          Key: key,
          ETag: etag,
          Size: body.length,
          LastModified: wholeSecond(modifiedAt),
          StorageClass: 'STANDARD',
        })),
      };
    },
  };
}

const headOf = (object: StoredObject) => ({
  ContentLength: object.body.length,
  ContentType: object.contentType,
  ETag: object.etag,
  LastModified: wholeSecond(object.modifiedAt),
  ...versionOf(object),
});

const versionOf = ({ versionId }: StoredObject) => (versionId === 'null' ? {} : { VersionId: versionId });

/** S3 writes times in whole seconds. */
const wholeSecond = (ms: number) => new Date(Math.floor(ms / 1_000) * 1_000);
