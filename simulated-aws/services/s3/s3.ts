import { createHash } from 'node:crypto';
import type { LifecycleRule } from '@aws-sdk/client-s3';
import { ServiceError } from '../../core/service.ts';
import type { Timeline } from '../../time/timeline.ts';
import { expiresAt, expiryOf } from './lifecycle.ts';

export interface StoredObject {
  readonly key: string;
  /** `null` in a bucket without versioning, as S3 calls it. */
  readonly versionId: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
  /** In ms since 1970. */
  readonly modifiedAt: number;
}

/** One version of a key. A delete marker is a version without an object. */
type Version =
  | StoredObject
  | { readonly versionId: string; readonly deleted: true; readonly modifiedAt: number };

interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly createdAt: number;
  versioned: boolean;
  /** JSON. */
  policy?: string;
  lifecycle: readonly LifecycleRule[];
  readonly objects: Map<string, Version[]>;
}

/**
 * Buckets and their objects. A read sees every write that was answered before it. Source: S3 user guide, "Amazon S3
 * data consistency model".
 */
export class S3 {
  readonly buckets = new Map<string, Bucket>();
  readonly #timeline: Timeline;
  #versions = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** @throws ServiceError BucketAlreadyOwnedByYou, InvalidBucketName. */
  createBucket(name: string, region: string, { versioned = false } = {}): void {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
      throw new ServiceError('InvalidBucketName', 'The specified bucket is not valid.');
    if (this.buckets.has(name))
      throw new ServiceError('BucketAlreadyOwnedByYou', 'You already own a bucket of this name.', 409);
    const createdAt = this.#timeline.now();
    this.buckets.set(name, { name, region, createdAt, versioned, lifecycle: [], objects: new Map() });
  }

  /** @throws ServiceError NoSuchBucket; PreconditionFailed when `ifAbsent` and the key holds an object. */
  put(
    bucketName: string,
    key: string,
    body: Uint8Array,
    { contentType = 'binary/octet-stream', ifAbsent = false } = {},
  ): StoredObject {
    const bucket = this.require(bucketName);
    if (ifAbsent && this.find(bucketName, key))
      throw new ServiceError(
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
        412,
      );
    const bytes = Buffer.from(body);
    const object = {
      key,
      versionId: this.#nextVersion(bucket),
      body: bytes,
      contentType,
      etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
      modifiedAt: this.#timeline.now(),
    };
    this.#add(bucket, key, object);
    return object;
  }

  /** The newest object of a key, or a version of it. @throws ServiceError NoSuchBucket. */
  find(bucketName: string, key: string, versionId?: string): StoredObject | undefined {
    const versions = this.require(bucketName).objects.get(key) ?? [];
    const version = versionId ? versions.find((one) => one.versionId === versionId) : versions.at(-1);
    return version && 'body' in version ? version : undefined;
  }

  /** All versions of a key, the oldest first, without delete markers. */
  versionsOf(bucketName: string, key: string): readonly StoredObject[] {
    const versions = this.require(bucketName).objects.get(key) ?? [];
    return versions.flatMap((version) => ('body' in version ? version : []));
  }

  /**
   * Deletes for good without versioning, or with a version id; otherwise adds a delete marker. @throws ServiceError
   * NoSuchBucket.
   */
  delete(bucketName: string, key: string, versionId?: string): void {
    const bucket = this.require(bucketName);
    const versions = bucket.objects.get(key) ?? [];
    if (versionId || !bucket.versioned) {
      const left = versionId ? versions.filter((one) => one.versionId !== versionId) : [];
      if (left.length > 0) bucket.objects.set(key, left);
      else bucket.objects.delete(key);
    } else bucket.objects.set(key, [...versions, this.#marker(bucket, this.#timeline.now())]);
  }

  /** Objects whose key begins so, in order of key. @throws ServiceError NoSuchBucket. */
  list(bucketName: string, prefix = ''): readonly StoredObject[] {
    const found: StoredObject[] = [];
    for (const [key, versions] of this.require(bucketName).objects) {
      const newest = versions.at(-1);
      if (key.startsWith(prefix) && newest && 'body' in newest) found.push(newest);
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** @throws ServiceError NoSuchBucket; BucketNotEmpty while it holds an object or a version of one. */
  deleteBucket(bucketName: string): void {
    if (this.require(bucketName).objects.size > 0)
      throw new ServiceError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    this.buckets.delete(bucketName);
  }

  /** @throws ServiceError NoSuchBucket. */
  require(bucketName: string): Bucket {
    const bucket = this.buckets.get(bucketName);
    if (!bucket) throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404);
    if (bucket.lifecycle.length > 0) this.#expire(bucket);
    return bucket;
  }

  /** Removes what has expired since the last call. */
  #expire(bucket: Bucket): void {
    const now = this.#timeline.now();
    for (const [key, versions] of bucket.objects) {
      const { days, noncurrentDays } = expiryOf(bucket.lifecycle, key);
      const newest = versions.at(-1);
      const at = expiresAt(newest?.modifiedAt ?? now, days);
      let left = versions;
      if (newest && 'body' in newest && at <= now)
        left = bucket.versioned ? [...versions, this.#marker(bucket, at)] : [];
      // A version is noncurrent from the moment of the next version on.
      left = left.filter((_, index) => {
        const next = left[index + 1];
        return !next || expiresAt(next.modifiedAt, noncurrentDays) > now;
      });
      // A marker that hides no version any more goes as well.
      if (left.length === 0 || (left.length === 1 && !('body' in (left[0] as Version))))
        bucket.objects.delete(key);
      else bucket.objects.set(key, left);
    }
  }

  #marker(bucket: Bucket, modifiedAt: number): Version {
    return { versionId: this.#nextVersion(bucket), deleted: true, modifiedAt };
  }

  #add({ versioned, objects }: Bucket, key: string, version: Version): void {
    objects.set(key, versioned ? [...(objects.get(key) ?? []), version] : [version]);
  }

  #nextVersion({ versioned }: Bucket): string {
    this.#versions += 1;
    return versioned ? `v${String(this.#versions).padStart(31, '0')}` : 'null';
  }
}
