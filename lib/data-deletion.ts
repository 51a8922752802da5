/**
 * What the function's role is denied whatever else it is ever allowed: deleting data, deleting what guards data,
 * and the two ways in which stopping an instance could be turned into something worse.
 *
 * Nothing here is allowed in the first place. The list is for the day when somebody adds a permission too many;
 * so it names services that no kind covers yet, and wildcards are as wide as they can be without standing in the
 * way of containing things (stopping a database is fine, deleting one is not).
 */
export const DATA_DELETION: readonly string[] = [
  // Disks and images.
  'ec2:DeleteVolume',
  'ec2:DeleteSnapshot',
  'ec2:DeregisterImage',
  'dlm:Delete*',
  'rbin:DeleteRule',
  'lightsail:DeleteBucket',
  'lightsail:DeleteDisk*',
  'lightsail:DeleteInstance*',
  'lightsail:DeleteRelationalDatabase*',
  'workspaces:TerminateWorkspaces',
  // Objects and files.
  's3:Delete*',
  's3:BypassGovernanceRetention',
  's3:PutBucketAcl',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketVersioning',
  's3:PutLifecycleConfiguration',
  's3:PutObjectAcl',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
  's3:PutReplicationConfiguration',
  'glacier:Delete*',
  'elasticfilesystem:Delete*',
  'fsx:Delete*',
  'storagegateway:Delete*',
  'backup:Delete*',
  'backup:PutBackupVaultAccessPolicy',
  // Databases.
  'rds:Delete*',
  'redshift:Delete*',
  'redshift-serverless:Delete*',
  'dynamodb:BatchWriteItem',
  'dynamodb:Delete*',
  'dynamodb:PartiQLDelete',
  'dynamodb:UpdateTimeToLive',
  'docdb-elastic:Delete*',
  'elasticache:Delete*',
  'memorydb:Delete*',
  'cassandra:Drop',
  'timestream:Delete*',
  'es:Delete*',
  'aoss:Delete*',
  'qldb:DeleteLedger',
  // Streams, queues, images, logs.
  'kinesis:Delete*',
  'kafka:DeleteCluster',
  'sqs:DeleteQueue',
  'sqs:PurgeQueue',
  'ecr:BatchDeleteImage',
  'ecr:DeleteRepository',
  'logs:Delete*',
  'cloudtrail:DeleteTrail',
  'cloudtrail:StopLogging',
  // Keys and secrets: without them the data is as good as gone.
  'kms:DeleteImportedKeyMaterial',
  'kms:DisableKey',
  'kms:ScheduleKeyDeletion',
  'secretsmanager:DeleteSecret',
  'ssm:DeleteParameter*',
  // Whatever deletes all of the above in one call.
  'cloudformation:DeleteStack*',
  'account:CloseAccount',
  'organizations:CloseAccount',
];
