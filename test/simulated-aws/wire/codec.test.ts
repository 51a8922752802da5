import { AutoScalingClient, CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { BudgetsClient, CreateBudgetCommand } from '@aws-sdk/client-budgets';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import {
  DescribeInstancesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { IAMClient, ListAccessKeysCommand, PutUserPolicyCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { PublishCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCall, encodeOutput } from '../../../simulated-aws/wire/codec.ts';
import { serviceModel } from '../../../simulated-aws/wire/service-models.ts';
import { wireRequestOf } from './wire-account.ts';

const config = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  endpoint: 'http://127.0.0.1:1',
  maxAttempts: 1,
};

// biome-ignore lint/suspicious/noExplicitAny: clients of different services have nothing in common but this
type AnyClient = new (settings: any) => { send(command: any): Promise<unknown>; config: unknown };
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyCommand<I> = new (input: I) => any;

async function decoded<I>(Client: AnyClient, Command: AnyCommand<I>, input: I) {
  const request = await wireRequestOf((requestHandler) =>
    new Client({ ...config, requestHandler }).send(new Command(input)),
  );
  return decodeCall(request);
}

describe('a request of the SDK is read as what was asked for', () => {
  const reads = <I>(service: string, Client: AnyClient, Command: AnyCommand<I>, input: I) =>
    it(`${service} ${Command.name}`, async () => {
      const call = await decoded(Client, Command, input);
      expect(call).toMatchObject({ service, region: 'eu-west-1', accessKeyId: 'AKIAEXAMPLE' });
      expect(`${call.operation}Command`).toBe(Command.name);
      expect(call.malformed).toBeUndefined();
      expect(call.input).toEqual(input);
    });

  reads('ec2', EC2Client, DescribeInstancesCommand, {
    Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }, { Name: 'tag:a&b=c' }],
    MaxResults: 1000,
    NextToken: 'ä+/=',
  });
  reads('ec2', EC2Client, StopInstancesCommand, {
    InstanceIds: Array.from({ length: 1000 }, (_, at) => `i-${at}`),
    Force: false,
    SkipOsShutdown: true,
    DryRun: true,
  });
  reads('ec2', EC2Client, ModifyInstanceAttributeCommand, {
    InstanceId: 'i-1',
    DisableApiTermination: { Value: false },
  });
  reads('ec2', EC2Client, RunInstancesCommand, {
    MinCount: 1,
    MaxCount: 2,
    ImageId: 'ami-1',
    InstanceType: 'g5.xlarge',
    InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { ValidUntil: new Date(1_800_000_000_123) } },
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'k', Value: '' }] }],
    ClientToken: 'token',
  });
  reads('autoscaling', AutoScalingClient, CreateAutoScalingGroupCommand, {
    AutoScalingGroupName: 'g',
    MinSize: 0,
    MaxSize: 20,
    NewInstancesProtectedFromScaleIn: true,
    AvailabilityZones: ['us-east-1a', 'us-east-1b'],
    LaunchTemplate: { LaunchTemplateName: 't', Version: '$Latest' },
    Tags: [{ Key: 'k', Value: 'v', PropagateAtLaunch: true }],
  });
  reads('iam', IAMClient, ListAccessKeysCommand, { UserName: 'a+b@c=d', MaxItems: 100, Marker: 'm' });
  reads('iam', IAMClient, TagUserCommand, { UserName: 'u', Tags: [] });
  reads('iam', IAMClient, PutUserPolicyCommand, {
    UserName: 'u',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }, null, 2),
  });
  reads('sts', STSClient, AssumeRoleCommand, {
    RoleArn: 'arn:aws:iam::1:role/r',
    RoleSessionName: 's',
    DurationSeconds: 900,
  });
  reads('sns', SNSClient, PublishCommand, {
    TopicArn: 'arn:aws:sns:us-east-1:1:t',
    Message: 'über 100 %\nsecond line',
    MessageAttributes: {
      text: { DataType: 'String', StringValue: 'x' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) },
    },
  });
  reads('sns', SNSClient, SetTopicAttributesCommand, {
    TopicArn: 'arn:aws:sns:us-east-1:1:t',
    AttributeName: 'Policy',
    AttributeValue: '{"a":1}',
  });
  reads('cloudformation', CloudFormationClient, CreateStackCommand, {
    StackName: 's',
    Parameters: [{ ParameterKey: 'a', ParameterValue: 'b' }],
    Capabilities: ['CAPABILITY_IAM'],
  });
  reads('budgets', BudgetsClient, CreateBudgetCommand, {
    AccountId: '111122223333',
    Budget: {
      BudgetName: 'é',
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: '100', Unit: 'USD' },
      TimePeriod: { Start: new Date(1_800_000_000_000) },
    },
  });
  reads('ce', CostExplorerClient, GetCostAndUsageCommand, {
    TimePeriod: { Start: '2026-01-01', End: '2026-02-01' },
    Granularity: 'DAILY',
    Metrics: ['UnblendedCost'],
    GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
  });
  reads('s3', S3Client, GetObjectCommand, {
    Bucket: 'b',
    Key: 'a b/ü%2F?&#',
    IfModifiedSince: new Date(1_800_000_000_000),
    ChecksumMode: 'ENABLED',
  });
  reads('s3', S3Client, ListObjectsV2Command, { Bucket: 'b', Prefix: 'a/', MaxKeys: 7, StartAfter: 'a/b' });
  reads('s3', S3Client, CreateBucketCommand, {
    Bucket: 'b',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
  reads('lambda', LambdaClient, InvokeCommand, {
    FunctionName: 'arn:aws:lambda:us-east-1:111122223333:function:f',
    InvocationType: 'Event',
    Qualifier: 'live',
    Payload: new Uint8Array(Buffer.from('{"manual":true}')),
  });

  it('s3 PutObjectCommand, with the checksum that the SDK adds', async () => {
    const input = { Bucket: 'b', Key: 'k', IfNoneMatch: '*', Metadata: { a: 'b' } };
    const call = await decoded(S3Client, PutObjectCommand, { ...input, Body: 'hello' });
    expect(call.input).toMatchObject({ ...input, ContentLength: 5, ChecksumCRC32: 'NhCmhg==' });
    expect(Buffer.from((call.input as { Body: Uint8Array }).Body).toString()).toBe('hello');
  });

  it('s3 DeleteObjectsCommand', async () => {
    const input = { Bucket: 'b', Delete: { Objects: [{ Key: 'a' }, { Key: '<&> "' }], Quiet: true } };
    expect((await decoded(S3Client, DeleteObjectsCommand, input)).input).toMatchObject(input);
  });

  it('any text in a form, in a path and in JSON', async () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { minLength: 1, maxLength: 4 }), text, async (values, key) => {
        const filters = { Filters: [{ Name: key, Values: values }] };
        expect((await decoded(EC2Client, DescribeInstancesCommand, filters)).input).toEqual(filters);
        const budget = { AccountId: '1', Budget: { BudgetName: key, BudgetType: 'COST', TimeUnit: 'DAILY' } };
        expect((await decoded(BudgetsClient, CreateBudgetCommand, budget as never)).input).toEqual(budget);
        const object = await decoded(S3Client, GetObjectCommand, { Bucket: 'b', Key: `k${key}` });
        expect(object.input).toMatchObject({ Key: `k${key}` });
      }),
      { numRuns: 50 },
    );
  });
});

describe('an output', () => {
  const encode = (service: string, operation: string, output: object) => {
    const model = serviceModel(service);
    const found = model?.operations.get(operation);
    if (!model || !found) throw new Error(`no ${service} ${operation}`);
    const call = { service, operation, region: '', accessKeyId: '', protocol: model.protocol, input: {} };
    return encodeOutput({ ...call, model: { service: model, operation: found } }, output, 'id');
  };

  it('with a member that the operation does not have is an error, not silence', () => {
    expect(() => encode('ec2', 'DescribeInstances', { Reservation: [] })).toThrow('no member Reservation');
    expect(() => encode('s3', 'HeadBucket', { Region: 'x' })).toThrow('no member Region');
  });

  it('with a value of another type is an error, not silence', () => {
    const users = { Users: [{ UserName: 'u', CreateDate: '2026-01-01' }] };
    expect(() => encode('iam', 'ListUsers', users)).toThrow('cannot be written from "2026-01-01"');
  });
});
