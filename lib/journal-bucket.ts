import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

// A year for the owner to look back, and a month more for whoever asks late.
const KEEP = Duration.days(400);

/** Holds the journal that undo reads, and the reports. It outlives the stack: an uninstall must not lose the undo. */
export class JournalBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'forget-old-incidents',
          expiration: KEEP,
          noncurrentVersionExpiration: KEEP,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Access logs would need a second bucket and show nothing that CloudTrail data events do not; only the ' +
        "function and the account's own administrators can reach this one.",
    });
  }
}
