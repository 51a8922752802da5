import type { Behaviour } from '../../core/behaviour.ts';

export const S3_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 's3-if-none-match',
    claim:
      'PutObject with If-None-Match: * fails with 412 where the key holds an object, and changes nothing',
    source: 'API_PutObject; S3 user guide: Conditional writes',
  },
  {
    id: 's3-missing',
    claim: 'a missing key is NoSuchKey, a missing bucket NoSuchBucket, both 404',
    source: 'API_GetObject',
  },
  {
    id: 's3-consistent',
    claim: 'a write is seen by every read and list after it',
    source: 'S3 user guide: Amazon S3 data consistency model',
  },
  {
    id: 's3-versions',
    claim: 'a versioned bucket keeps what is overwritten or deleted, by version id',
    source: 'S3 user guide: Using versioning in S3 buckets',
  },
  {
    id: 's3-unversioned',
    claim: 'a bucket without versioning forgets what is overwritten or deleted',
    source: 'S3 user guide: Using versioning in S3 buckets',
  },
  {
    id: 's3-list-pages',
    claim: 'a list has at most 1,000 keys of a prefix a page, in order, each exactly once',
    source: 'API_ListObjectsV2',
  },
  {
    id: 's3-own-bucket',
    claim: 'a bucket is created once and has a name that DNS can carry',
    source: 'API_CreateBucket',
  },
  {
    id: 's3-delete-bucket',
    claim: 'a bucket with an object, or a version of one, cannot be deleted',
    source: 'API_DeleteBucket; S3 user guide: Deleting a general purpose bucket',
  },
  {
    id: 's3-bucket-policy',
    claim: 'a deny in the policy of a bucket keeps everybody whom it names from its objects',
    source: 'S3 user guide: Bucket policies for Amazon S3',
  },
  {
    id: 's3-lifecycle',
    claim:
      'a lifecycle rule hides or deletes objects at the midnight after so many days, and old versions as well',
    source: 'S3 user guide: Lifecycle configuration elements; assumption: on time',
  },
];
