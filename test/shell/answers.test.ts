import { Readable } from 'node:stream';
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { BudgetsClient, DescribeBudgetCommand } from '@aws-sdk/client-budgets';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import { DescribeInstancesCommand, EC2Client, ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import { IAMClient, ListUsersCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionConcurrencyCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import {
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { HttpResponse } from '@smithy/core/protocols';
import { afterAll, describe, expect, it } from 'vitest';
import { errorFacts } from '../../lambda/core/model.ts';
import { type AnyClient, type ClientClass, Clients, type Wire } from '../../lambda/shell/calls/clients.ts';
import { FOREIGN_ANSWERS } from '../../simulated-aws/wire/refusals.ts';
import { VirtualClock } from './virtual-clock.ts';

process.env['AWS_ACCESS_KEY_ID'] = 'AKIAIOSFODNN7EXAMPLE';
process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
afterAll(() => {
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
});

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A wire on which everything is answered like this. */
class Answering implements Wire {
  answered = 0;
  constructor(private readonly answer: Answer) {}

  async handle() {
    this.answered += 1;
    const { status = 200, headers = {}, body = '' } = this.answer;
    const stream = Readable.from(body.length > 0 ? [Buffer.from(body)] : []);
    return { response: new HttpResponse({ statusCode: status, headers: { ...headers }, body: stream }) };
  }
  updateHttpClientConfig(): void {}
  httpHandlerConfigs(): object {
    return {};
  }
}

type Call = (send: (Client: unknown, command: object) => Promise<object>) => Promise<object>;

/** Sends one call that is answered like this. @returns what the SDK makes of it, and the number of attempts. */
async function sent(call: Call, answer: Answer): Promise<{ result: object; attempts: number }> {
  const clock = new VirtualClock();
  const wire = new Answering(answer);
  const clients = new Clients(clock, new AbortController().signal, wire);
  const send = (Client: unknown, command: object) => {
    const client = clients.of(Client as ClientClass<AnyClient>, 'us-east-1') as unknown as {
      send(command: object): Promise<object>;
    };
    return client.send(command);
  };
  const result = await clock.run(call(send).catch((thrown: Error) => thrown));
  return { result, attempts: wire.answered };
}

const Bucket = 'journal';
const TimePeriod = { Start: '2026-01-01', End: '2026-01-02' };
const CALLS: Readonly<Record<string, Call>> = {
  'EC2 DescribeInstances': (send) => send(EC2Client, new DescribeInstancesCommand({})),
  'EC2 ModifyInstanceAttribute': (send) =>
    send(EC2Client, new ModifyInstanceAttributeCommand({ InstanceId: 'i-1' })),
  'IAM ListUsers': (send) => send(IAMClient, new ListUsersCommand({})),
  'IAM UpdateAccessKey': (send) =>
    send(IAMClient, new UpdateAccessKeyCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Inactive' })),
  'STS GetCallerIdentity': (send) => send(STSClient, new GetCallerIdentityCommand({})),
  'Auto Scaling DescribeAutoScalingGroups': (send) =>
    send(AutoScalingClient, new DescribeAutoScalingGroupsCommand({})),
  'CloudFormation DescribeStacks': (send) => send(CloudFormationClient, new DescribeStacksCommand({})),
  'SNS Publish': (send) => send(SNSClient, new PublishCommand({ TopicArn: 't', Message: 'm' })),
  'Budgets DescribeBudget': (send) =>
    send(BudgetsClient, new DescribeBudgetCommand({ AccountId: '123456789012', BudgetName: 'b' })),
  'CloudTrail LookupEvents': (send) => send(CloudTrailClient, new LookupEventsCommand({})),
  'CloudWatch DescribeAlarms': (send) => send(CloudWatchClient, new DescribeAlarmsCommand({})),
  'Cost Explorer GetCostAndUsage': (send) =>
    send(CostExplorerClient, new GetCostAndUsageCommand({ TimePeriod, Granularity: 'DAILY', Metrics: [] })),
  'EventBridge ListRules': (send) => send(EventBridgeClient, new ListRulesCommand({})),
  'Pricing GetProducts': (send) => send(PricingClient, new GetProductsCommand({ ServiceCode: 'AmazonEC2' })),
  'GuardDuty ListDetectors': (send) => send(GuardDutyClient, new ListDetectorsCommand({})),
  'Scheduler GetSchedule': (send) => send(SchedulerClient, new GetScheduleCommand({ Name: 's' })),
  'Lambda Invoke': (send) => send(LambdaClient, new InvokeCommand({ FunctionName: 'f' })),
  'Lambda DeleteFunctionConcurrency': (send) =>
    send(LambdaClient, new DeleteFunctionConcurrencyCommand({ FunctionName: 'f' })),
  'S3 GetObject': (send) => send(S3Client, new GetObjectCommand({ Bucket, Key: 'k' })),
  'S3 PutObject': (send) => send(S3Client, new PutObjectCommand({ Bucket, Key: 'k', Body: '{}' })),
  'S3 HeadBucket': (send) => send(S3Client, new HeadBucketCommand({ Bucket })),
  'S3 ListObjectsV2': (send) => send(S3Client, new ListObjectsV2Command({ Bucket })),
};
const named = (name: string): Call => CALLS[name] ?? Promise.reject;

describe('an answer with status 200 that is not from AWS', () => {
  it.each(Object.keys(CALLS))('fails %s, after three attempts', async (name) => {
    for (const { headers, body } of Object.values(FOREIGN_ANSWERS)) {
      const { result, attempts } = await sent(named(name), { headers, body });
      expect(result, `${body}`).toMatchObject({ name: 'UnknownAnswer' });
      expect(attempts).toBe(3);
    }
  });

  const id = { 'x-amzn-requestid': 'r-1' };
  const instances = '<requestId>r-1</requestId><reservationSet/>';
  const users = '<Users/><IsTruncated>false</IsTruncated>';
  it.each([
    [
      'the element of another operation',
      'EC2 DescribeInstances',
      { headers: id, body: `<DescribeRegionsResponse>${instances}</DescribeRegionsResponse>` },
    ],
    ['no end', 'EC2 DescribeInstances', { headers: id, body: `<DescribeInstancesResponse>${instances}` }],
    [
      'no request id',
      'EC2 DescribeInstances',
      { body: '<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>' },
    ],
    ['a page under a request id', 'EC2 DescribeInstances', { headers: id, body: '<html></html>' }],
    [
      'no result',
      'IAM ListUsers',
      { headers: id, body: '<ListUsersResponse><ResponseMetadata/></ListUsersResponse>' },
    ],
    [
      'no request id',
      'IAM ListUsers',
      { body: `<ListUsersResponse><ListUsersResult>${users}</ListUsersResult></ListUsersResponse>` },
    ],
    ['a list', 'EventBridge ListRules', { headers: id, body: '[]' }],
    ['nothing under a request id', 'EventBridge ListRules', { headers: id }],
    ['no request id', 'EventBridge ListRules', { body: '{"Rules":[]}' }],
    [
      'another document',
      'S3 ListObjectsV2',
      { headers: { 'x-amz-request-id': 'r-1' }, body: '<html></html>' },
    ],
  ] as const)('is one with %s: %s', async (_, name, answer) => {
    expect((await sent(named(name), answer)).result).toMatchObject({ name: 'UnknownAnswer' });
  });
});

describe('a refusal that is not from AWS', () => {
  const calls = ['EC2 DescribeInstances', 'IAM ListUsers', 'STS GetCallerIdentity'];
  it.each(calls)('says its status and what may stand between: %s', async (name) => {
    const page = '<html><body>Sign in</body></html>';
    for (const [status, body] of [
      [302, ''],
      [403, page],
      [511, page],
    ] as const) {
      const { result } = await sent(named(name), { status, body });
      expect(errorFacts(result)).toMatchObject({
        code: 'UnknownAnswer',
        error: expect.stringMatching(new RegExp(`HTTP status ${status}.*A proxy, a filter or a login page`)),
      });
    }
  });

  it('is told from one of AWS that has a request id and no text', async () => {
    const { result } = await sent(named('S3 HeadBucket'), {
      status: 400,
      headers: { 'x-amz-request-id': 'r-1' },
    });
    expect(errorFacts(result).error).not.toMatch(/proxy/);
  });
});

describe('an answer of AWS', () => {
  const inHeader = { 'x-amzn-requestid': 'r-1' };
  const ofS3 = { 'x-amz-request-id': 'r-1' };
  const inBody = '<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>';
  const declared = '<?xml version="1.0" encoding="UTF-8"?>\n';
  it.each([
    [
      'EC2 DescribeInstances',
      {
        body: `${declared}<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">\n<requestId>r-1</requestId>\n<reservationSet/>\n</DescribeInstancesResponse>\n`,
      },
      { Reservations: [] },
    ],
    [
      'EC2 ModifyInstanceAttribute',
      {
        body: `${declared}<ModifyInstanceAttributeResponse xmlns="x"><requestId>r-1</requestId><return>true</return></ModifyInstanceAttributeResponse>`,
      },
      {},
    ],
    [
      'IAM ListUsers',
      {
        body: `<ListUsersResponse xmlns="x"><ListUsersResult><Users/><IsTruncated>false</IsTruncated></ListUsersResult>${inBody}</ListUsersResponse>`,
      },
      { Users: [], IsTruncated: false },
    ],
    [
      'IAM UpdateAccessKey',
      { body: `<UpdateAccessKeyResponse xmlns="x">${inBody}</UpdateAccessKeyResponse>` },
      {},
    ],
    ['EventBridge ListRules', { headers: inHeader, body: '{"Rules":[]}' }, { Rules: [] }],
    ['GuardDuty ListDetectors', { headers: inHeader, body: '{"detectorIds":[]}' }, { DetectorIds: [] }],
    ['Lambda Invoke', { headers: inHeader, body: '"any text"' }, { StatusCode: 200 }],
    ['Lambda DeleteFunctionConcurrency', { status: 204, headers: inHeader }, {}],
    ['S3 PutObject', { headers: { ...ofS3, etag: '"e"' } }, { ETag: '"e"' }],
    ['S3 HeadBucket', { headers: ofS3 }, {}],
    [
      'S3 ListObjectsV2',
      {
        headers: ofS3,
        body: `${declared}<ListBucketResult xmlns="x"><Name>journal</Name></ListBucketResult>`,
      },
      { Name: 'journal' },
    ],
    [
      'S3 GetObject',
      { headers: ofS3, body: '<html>an object may be anything</html>' },
      { Body: expect.anything() as unknown },
    ],
  ] as const)('is read as before: %s', async (name, answer, expected) => {
    expect(await sent(named(name), answer)).toMatchObject({ result: expected, attempts: 1 });
  });
});
