import { expect, it } from 'vitest';
import { refuseUnknownSkips } from '../../../lab/testbed/skipped-resources.ts';
import { resolve } from '../../../simulated-aws/deploy/template.ts';

const references = {
  account: '123456789012',
  region: 'us-east-1',
  stackName: 'Killswitch',
  physicalIds: new Map([
    ['Topic', { type: 'AWS::SNS::Topic', id: 'arn:aws:sns:us-east-1:123456789012:t' }],
    ['Fn', { type: 'AWS::Lambda::Function', id: 'Killswitch-Fn' }],
    ['Role', { type: 'AWS::IAM::Role', id: 'Killswitch-Role' }],
    [
      'Queue',
      { type: 'AWS::SQS::Queue', id: 'http://sqs.us-east-1.localhost/123456789012/Killswitch-Queue' },
    ],
  ]),
};

it('resolves the intrinsic functions that CDK writes', () => {
  const property = {
    topic: { Ref: 'Topic' },
    arn: { 'Fn::GetAtt': ['Fn', 'Arn'] },
    role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    queue: { 'Fn::GetAtt': ['Queue', 'QueueName'] },
    joined: ['x', { 'Fn::Join': [':', ['a', { Ref: 'AWS::AccountId' }]] }],
    text: { 'Fn::Sub': `in \${AWS::Region}` },
    plain: 5,
  };
  expect(resolve(property, references)).toEqual({
    topic: 'arn:aws:sns:us-east-1:123456789012:t',
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:Killswitch-Fn',
    role: 'arn:aws:iam::123456789012:role/Killswitch-Role',
    queue: 'Killswitch-Queue',
    joined: ['x', 'a:123456789012'],
    text: 'in us-east-1',
    plain: 5,
  });
});

it('refuses what it does not understand, rather than leaving it out', () => {
  expect(() => resolve({ Ref: 'Absent' }, references)).toThrow(/Absent/);
  expect(() => resolve({ 'Fn::Select': [0, ['a']] }, references)).toThrow(/Fn::Select/);
});

it('fails when moto skips a type that nobody foresaw', () => {
  refuseUnknownSkips(['No Moto CloudFormation support for AWS::Budgets::Budget']);
  expect(() =>
    refuseUnknownSkips(['No Moto CloudFormation support for AWS::Scheduler::ScheduleGroup']),
  ).toThrow(/ScheduleGroup/);
});
