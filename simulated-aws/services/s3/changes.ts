import type * as api from '@aws-sdk/client-s3';
import { ServiceError } from '../../core/service.ts';
import { refuseOtherRules } from './lifecycle.ts';
import type { S3 } from './s3.ts';

/** Changes of a bucket that exists. */
export function bucketChanges(s3: S3) {
  return {
    PutBucketVersioning({ Bucket = '', VersioningConfiguration }: api.PutBucketVersioningRequest) {
      s3.require(Bucket).versioned = VersioningConfiguration?.Status === 'Enabled';
      return {};
    },

    PutBucketPolicy({ Bucket = '', Policy = '' }: api.PutBucketPolicyRequest) {
      const bucket = s3.require(Bucket);
      try {
        JSON.parse(Policy);
      } catch {
        throw new ServiceError('MalformedPolicy', 'This policy contains invalid Json');
      }
      bucket.policy = Policy;
      return {};
    },

    GetBucketPolicy({ Bucket = '' }: api.GetBucketPolicyRequest): api.GetBucketPolicyOutput {
      const { policy } = s3.require(Bucket);
      if (policy === undefined)
        throw new ServiceError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
      return { Policy: policy };
    },

    DeleteBucketPolicy({ Bucket = '' }: api.DeleteBucketPolicyRequest) {
      delete s3.require(Bucket).policy;
      return {};
    },

    PutBucketLifecycleConfiguration(input: api.PutBucketLifecycleConfigurationRequest) {
      const { Rules = [] } = input.LifecycleConfiguration ?? {};
      refuseOtherRules(Rules);
      s3.require(input.Bucket ?? '').lifecycle = Rules;
      return {};
    },

    DeleteBucket({ Bucket = '' }: api.DeleteBucketRequest) {
      s3.deleteBucket(Bucket);
      return {};
    },
  };
}
