import * as autoScaling from '@aws-sdk/client-auto-scaling';
import * as budgets from '@aws-sdk/client-budgets';
import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as cloudTrail from '@aws-sdk/client-cloudtrail';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as costExplorer from '@aws-sdk/client-cost-explorer';
import * as ec2 from '@aws-sdk/client-ec2';
import * as eventBridge from '@aws-sdk/client-eventbridge';
import * as guardDuty from '@aws-sdk/client-guardduty';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as pricing from '@aws-sdk/client-pricing';
import * as s3 from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as sts from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import type { Protocol } from './http-messages.ts';

/** An operation as the SDK's own schemas describe it. */
export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** REST protocols only: method, path with its labels and constant query, status of success. */
  readonly http: readonly [method: string, path: string, status: number] | undefined;
}

/** What the wire needs to know of a service. All of it comes from the SDK's client. */
export interface ServiceModel {
  readonly protocol: Protocol;
  readonly xmlNamespace: string;
  readonly operations: ReadonlyMap<string, OperationModel>;
}

interface ClientConfig {
  readonly protocol: { getShapeId(): string };
  readonly protocolSettings: { readonly xmlNamespace?: string };
}

const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  'aws.protocols#ec2Query': 'ec2-query',
  'aws.protocols#awsQuery': 'query',
  'aws.protocols#awsJson1_0': 'json',
  'aws.protocols#awsJson1_1': 'json',
  'aws.protocols#restXml': 's3',
  'aws.protocols#restJson1': 'rest-json',
};

const region = 'us-east-1';
/** By signing name: the SDK's package of a service, and the settings of its client. */
const PACKAGES: Readonly<Record<string, readonly [exported: object, config: () => unknown]>> = {
  autoscaling: [autoScaling, () => new autoScaling.AutoScalingClient({ region }).config],
  budgets: [budgets, () => new budgets.BudgetsClient({ region }).config],
  ce: [costExplorer, () => new costExplorer.CostExplorerClient({ region }).config],
  cloudformation: [cloudFormation, () => new cloudFormation.CloudFormationClient({ region }).config],
  cloudtrail: [cloudTrail, () => new cloudTrail.CloudTrailClient({ region }).config],
  ec2: [ec2, () => new ec2.EC2Client({ region }).config],
  events: [eventBridge, () => new eventBridge.EventBridgeClient({ region }).config],
  guardduty: [guardDuty, () => new guardDuty.GuardDutyClient({ region }).config],
  iam: [iam, () => new iam.IAMClient({ region }).config],
  lambda: [lambda, () => new lambda.LambdaClient({ region }).config],
  monitoring: [cloudWatch, () => new cloudWatch.CloudWatchClient({ region }).config],
  pricing: [pricing, () => new pricing.PricingClient({ region }).config],
  s3: [s3, () => new s3.S3Client({ region }).config],
  scheduler: [scheduler, () => new scheduler.SchedulerClient({ region }).config],
  sns: [sns, () => new sns.SNSClient({ region }).config],
  sqs: [sqs, () => new sqs.SQSClient({ region }).config],
  sts: [sts, () => new sts.STSClient({ region }).config],
};

const models = new Map<string, ServiceModel>();

/**
 * The wire knows one more service from now on.
 * @param service its signing name.
 * @param exported the SDK's package, e.g. `import * as ecs from '@aws-sdk/client-ecs'`.
 * @param config of a client of it.
 */
export function addServiceModel(service: string, exported: object, config: unknown): void {
  models.set(
    service,
    modelOf(service, exported, () => config),
  );
}

/** The model of a service by its signing name; undefined for a service that the wire does not know. */
export function serviceModel(service: string): ServiceModel | undefined {
  const known = models.get(service);
  if (known) return known;
  const found = Object.hasOwn(PACKAGES, service) ? PACKAGES[service] : undefined;
  if (!found) return undefined;
  const model = modelOf(service, ...found);
  models.set(service, model);
  return model;
}

function modelOf(service: string, exported: object, config: () => unknown): ServiceModel {
  const { protocol, protocolSettings } = config() as ClientConfig;
  const known = PROTOCOLS[protocol.getShapeId()];
  if (!known) throw new Error(`${service}: the SDK uses ${protocol.getShapeId()}, which is not known here`);
  const operations = Object.values(exported).filter(isOperation).map(operationModel);
  return {
    protocol: known,
    xmlNamespace: protocolSettings.xmlNamespace ?? '',
    operations: new Map(operations.map((operation) => [operation.name, operation])),
  };
}

/** The first element of a schema tells operations from shapes. */
const isOperation = (exported: unknown): exported is StaticOperationSchema =>
  Array.isArray(exported) && exported[0] === 9;

function operationModel([, , name, traits, input, output]: StaticOperationSchema): OperationModel {
  const http = typeof traits === 'object' ? traits.http : undefined;
  return { name, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output), http };
}
