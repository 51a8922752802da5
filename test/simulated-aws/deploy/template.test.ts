import { expect, it } from 'vitest';
import { resolve } from '../../../simulated-aws/deploy/template.ts';

const references = {
  account: '123456789012',
  region: 'us-east-1',
  stackName: 'Stack',
  physicalIds: new Map([
    ['Topic', { type: 'AWS::SNS::Topic', id: 'arn:aws:sns:us-east-1:123456789012:t' }],
    ['Fn', { type: 'AWS::Lambda::Function', id: 'Stack-Fn' }],
    ['Role', { type: 'AWS::IAM::Role', id: 'Stack-Role' }],
    ['Queue', { type: 'AWS::SQS::Queue', id: 'http://sqs.us-east-1.localhost/123456789012/Stack-Queue' }],
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
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:Stack-Fn',
    role: 'arn:aws:iam::123456789012:role/Stack-Role',
    queue: 'Stack-Queue',
    joined: ['x', 'a:123456789012'],
    text: 'in us-east-1',
    plain: 5,
  });
});

it('refuses what it does not understand, rather than leaving it out', () => {
  expect(() => resolve({ Ref: 'Absent' }, references)).toThrow(/Absent/);
  expect(() => resolve({ 'Fn::Select': [0, ['a']] }, references)).toThrow(/Fn::Select/);
});
