import type { Behaviour } from './core/behaviour.ts';
import { DEPLOY_BEHAVIOURS } from './deploy/behaviours.ts';
import { AUTO_SCALING_BEHAVIOURS } from './services/auto-scaling/behaviours.ts';
import { BUDGETS_BEHAVIOURS } from './services/budgets/behaviours.ts';
import { CLOUDTRAIL_BEHAVIOURS } from './services/cloudtrail/behaviours.ts';
import { CLOUDWATCH_BEHAVIOURS } from './services/cloudwatch/behaviours.ts';
import { COST_EXPLORER_BEHAVIOURS } from './services/cost-explorer/behaviours.ts';
import { EC2_BEHAVIOURS } from './services/ec2/behaviours.ts';
import { INSTANCE_TYPE_BEHAVIOURS } from './services/ec2/instance-type-behaviours.ts';
import { EC2_LAUNCH_BEHAVIOURS } from './services/ec2/launch-behaviours.ts';
import { LIMIT_BEHAVIOURS } from './services/ec2/limit-behaviours.ts';
import { ECS_BEHAVIOURS } from './services/ecs/behaviours.ts';
import { EVENTS_BEHAVIOURS } from './services/events/behaviours.ts';
import { GUARDDUTY_BEHAVIOURS } from './services/guardduty/behaviours.ts';
import { HEALTH_BEHAVIOURS } from './services/health/behaviours.ts';
import { IAM_BEHAVIOURS } from './services/iam/behaviours.ts';
import { LAMBDA_BEHAVIOURS } from './services/lambda/behaviours.ts';
import { PRICING_BEHAVIOURS } from './services/pricing/behaviours.ts';
import { S3_BEHAVIOURS } from './services/s3/behaviours.ts';
import { SCHEDULER_BEHAVIOURS } from './services/scheduler/behaviours.ts';
import { SNS_BEHAVIOURS } from './services/sns/behaviours.ts';
import { SQS_BEHAVIOURS } from './services/sqs/behaviours.ts';
import { STS_BEHAVIOURS } from './services/sts/behaviours.ts';
import { WIRE_BEHAVIOURS } from './wire/behaviours.ts';

/** Everything that the simulated account claims to do as AWS does, by part. */
export const CLAIMS: Readonly<Record<string, readonly Behaviour[]>> = {
  'The wire': WIRE_BEHAVIOURS,
  'API limits': LIMIT_BEHAVIOURS,
  'EC2: instances': EC2_BEHAVIOURS,
  'EC2: launches and spot requests': EC2_LAUNCH_BEHAVIOURS,
  'EC2: instance types': INSTANCE_TYPE_BEHAVIOURS,
  'Auto Scaling': AUTO_SCALING_BEHAVIOURS,
  ECS: ECS_BEHAVIOURS,
  IAM: IAM_BEHAVIOURS,
  STS: STS_BEHAVIOURS,
  Lambda: LAMBDA_BEHAVIOURS,
  SNS: SNS_BEHAVIOURS,
  SQS: SQS_BEHAVIOURS,
  'EventBridge rules': EVENTS_BEHAVIOURS,
  'EventBridge Scheduler': SCHEDULER_BEHAVIOURS,
  S3: S3_BEHAVIOURS,
  CloudTrail: CLOUDTRAIL_BEHAVIOURS,
  GuardDuty: GUARDDUTY_BEHAVIOURS,
  'AWS Health': HEALTH_BEHAVIOURS,
  'CloudWatch alarms': CLOUDWATCH_BEHAVIOURS,
  Budgets: BUDGETS_BEHAVIOURS,
  'Cost Explorer': COST_EXPLORER_BEHAVIOURS,
  'The Price List API': PRICING_BEHAVIOURS,
  'Deploying the stack': DEPLOY_BEHAVIOURS,
};
