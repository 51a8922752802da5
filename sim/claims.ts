import { AUTO_SCALING_BEHAVIOURS } from './auto-scaling/behaviours.ts';
import type { Behaviour } from './behaviour.ts';
import { BUDGETS_BEHAVIOURS } from './budgets/behaviours.ts';
import { CLOUDTRAIL_BEHAVIOURS } from './cloudtrail/behaviours.ts';
import { CLOUDWATCH_BEHAVIOURS } from './cloudwatch/behaviours.ts';
import { COST_EXPLORER_BEHAVIOURS } from './cost-explorer/behaviours.ts';
import { DEPLOY_BEHAVIOURS } from './deploy/behaviours.ts';
import { EC2_BEHAVIOURS } from './ec2/behaviours.ts';
import { INSTANCE_TYPE_BEHAVIOURS } from './ec2/instance-type-behaviours.ts';
import { EC2_LAUNCH_BEHAVIOURS } from './ec2/launch-behaviours.ts';
import { LIMIT_BEHAVIOURS } from './ec2/limit-behaviours.ts';
import { ECS_BEHAVIOURS } from './ecs/behaviours.ts';
import { EVENTS_BEHAVIOURS } from './events/behaviours.ts';
import { GUARDDUTY_BEHAVIOURS } from './guardduty/behaviours.ts';
import { HEALTH_BEHAVIOURS } from './health/behaviours.ts';
import { IAM_BEHAVIOURS } from './iam/behaviours.ts';
import { INTRUDER_BEHAVIOURS } from './intruder/behaviours.ts';
import { LAMBDA_BEHAVIOURS } from './lambda/behaviours.ts';
import { PRICING_BEHAVIOURS } from './pricing/behaviours.ts';
import { REPLAY_BEHAVIOURS } from './replay/behaviours.ts';
import { S3_BEHAVIOURS } from './s3/behaviours.ts';
import { SCHEDULER_BEHAVIOURS } from './scheduler/behaviours.ts';
import { SNS_BEHAVIOURS } from './sns/behaviours.ts';
import { SQS_BEHAVIOURS } from './sqs/behaviours.ts';
import { STS_BEHAVIOURS } from './sts/behaviours.ts';
import { WIRE_BEHAVIOURS } from './wire/behaviours.ts';

/** Everything that the simulated account claims of AWS, by part. */
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
  'The intruder': INTRUDER_BEHAVIOURS,
  'The defences in a replay': REPLAY_BEHAVIOURS,
};
