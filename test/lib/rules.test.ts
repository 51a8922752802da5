import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { KillSwitch } from '../../lib/index.ts';
import { deployed } from './physical-names.ts';
import {
  ACCOUNT,
  emptyApp,
  MINIMAL,
  REGION,
  resource,
  synthesize,
  type TemplateJson,
  type TemplateResource,
} from './synthesis.ts';

const { template, json } = synthesize();
const [functionId] = resource(json, 'AWS::Lambda::Function');
const [queueId] = resource(json, 'AWS::SQS::Queue', /Undelivered/);
const [reportId] = resource(json, 'AWS::SNS::Topic', /Report/);
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const rulesOf = (of: TemplateJson): [string, TemplateResource][] =>
  Object.entries(of.Resources).filter(([, { Type }]) => Type === 'AWS::Events::Rule');
const named = (part: string) =>
  rulesOf(json).filter(([, { Properties }]) => String(Properties?.['Name']).includes(part));
const targets = (rule: TemplateResource) =>
  rule.Properties?.['Targets'] as { readonly InputTransformer?: Transformer }[];
function transformerOf(rule: [string, TemplateResource] | undefined): Transformer {
  const transformer = rule && targets(rule[1])[0]?.InputTransformer;
  if (!transformer) throw new Error('no such rule, or it passes its event on as it is');
  return transformer;
}
interface Transformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

const SIGNALS = ['exposed-key', 'threat', 'cost-anomaly', 'activity'];
const TAMPER = ['tamper-function', 'tamper-topics', 'tamper-alarms', 'tamper-triggers'];

describe('the rules', () => {
  it('have names that are known before the function is', () => {
    expect(rulesOf(json).map(([, { Properties }]) => Properties?.['Name'])).toEqual(
      [...SIGNALS, ...TAMPER].map((name) => `Killswitch-${name}`),
    );
  });

  it('are all enabled', () => {
    for (const [, { Properties }] of rulesOf(json)) expect(Properties?.['State']).toBe('ENABLED');
  });

  // EventBridge user guide, "Amazon EventBridge quotas": event pattern size, 2,048 characters.
  it.each([
    ['Killswitch', {}],
    ['S'.repeat(128), { guard: { denyAtLimit: ['alice'] } }],
  ])('have patterns that fit the quota in a stack named %s', (stackName, settings) => {
    const stack = new Stack(emptyApp(), stackName, { env: { account: ACCOUNT, region: 'ap-southeast-1' } });
    new KillSwitch(stack, 'KillSwitch', { settings: { ...MINIMAL, ...settings } });
    const of = Template.fromStack(stack).toJSON() as TemplateJson;
    for (const [id, { Properties }] of rulesOf(of)) {
      const pattern = JSON.stringify(deployed(Properties?.['EventPattern'], of, stackName));
      expect(pattern.length, id).toBeLessThanOrEqual(2048);
      expect(String(Properties?.['Name']).length).toBeLessThanOrEqual(64);
    }
  });
});

describe('the signals', () => {
  it.each(SIGNALS)('%s goes to the function as it is, again for an hour, and is kept after that', (name) => {
    const [rule] = named(`-${name}`);
    expect(rule && targets(rule[1])).toEqual([
      {
        Id: 'Target0',
        Arn: arnOf(functionId),
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 },
        DeadLetterConfig: { Arn: arnOf(queueId) },
      },
    ]);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: arnOf(functionId),
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf(rule?.[0] ?? ''),
    });
  });
});

describe('the tamper alarms', () => {
  it('publish to the report topic without any code of ours, and keep what SNS refuses', () => {
    for (const [, rule] of named('-tamper-'))
      expect(targets(rule)).toEqual([
        {
          Id: 'Target0',
          Arn: { Ref: reportId },
          DeadLetterConfig: { Arn: arnOf(queueId) },
          InputTransformer: expect.anything(),
        },
      ]);
  });

  it('may fill the dead-letter queue, and no other rule by them', () => {
    const [, { Properties }] = resource(json, 'AWS::SQS::QueuePolicy', /Undelivered/);
    expect(Properties).toMatchObject({
      PolicyDocument: {
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Sid: 'TamperRulesKeepWhatSnsRefused',
            Action: 'sqs:SendMessage',
            Principal: { Service: 'events.amazonaws.com' },
            Condition: {
              ArnEquals: {
                'aws:SourceArn': TAMPER.map(
                  (name) => `arn:aws:events:${REGION}:${ACCOUNT}:rule/Killswitch-${name}`,
                ),
              },
            },
          }),
        ]),
      },
    });
  });

  it('say in one line who did what to which thing, where, when and whence', () => {
    const [rule] = named('-tamper-function');
    const { InputPathsMap, InputTemplate } = transformerOf(rule);
    const event: Record<string, string> = {
      '$.detail.eventName': 'UpdateFunctionCode20150331v2',
      '$.detail.eventSource': 'lambda.amazonaws.com',
      '$.detail.userIdentity.type': 'IAMUser',
      '$.detail.userIdentity.arn': `arn:aws:iam::${ACCOUNT}:user/mallory`,
      '$.detail.sourceIPAddress': '192.0.2.7',
      '$.detail.eventTime': '2026-01-31T12:00:00Z',
      '$.detail.awsRegion': REGION,
      '$.detail.requestParameters.functionName': 'Killswitch-function',
    };
    const text: string = JSON.parse(
      InputTemplate.replaceAll(/<([^>]+)>/g, (_, name: string) => event[InputPathsMap[name] ?? ''] ?? ''),
    );
    expect(text.replaceAll(/ +/g, ' ')).toBe(
      'Killswitch tamper alarm: UpdateFunctionCode20150331v2 (lambda.amazonaws.com) by IAMUser ' +
        `arn:aws:iam::${ACCOUNT}:user/mallory from 192.0.2.7 at 2026-01-31T12:00:00Z in ${REGION}. ` +
        'Touched: Killswitch-function . Error, if it was refused: . ' +
        'If it was you, ignore this. To put it back later: docs/deploying.md, Repair. ' +
        'If not, run in the folder of your clone: ./killswitch fire',
    );
  });

  it('stay within what an input transformer takes: 100 paths, 8,192 characters', () => {
    for (const rule of named('-tamper-')) {
      const transformer = transformerOf(rule);
      expect(Object.keys(transformer.InputPathsMap).length).toBeLessThanOrEqual(100);
      expect(transformer.InputTemplate.length).toBeLessThanOrEqual(8192);
    }
  });
});
