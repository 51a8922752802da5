import { describe, expect, it } from 'vitest';
import { alarmPolicyProblems } from '../../bin/deployed/topic-policy.ts';

const ACCOUNT = '123456789012';
const topic = `arn:aws:sns:us-east-1:${ACCOUNT}:alarm`;
const publish = { Action: 'sns:Publish', Resource: topic };
const budgets = {
  ...publish,
  Sid: 'BudgetsOfThisAccountPublish',
  Effect: 'Allow',
  Principal: { Service: 'budgets.amazonaws.com' },
  Condition: {
    StringEquals: { 'aws:SourceAccount': ACCOUNT },
    ArnLike: { 'aws:SourceArn': `arn:aws:budgets::${ACCOUNT}:*` },
  },
};
const everybodyElse = {
  ...publish,
  Sid: 'EverybodyElseIsDenied',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
};
const insecure = {
  ...everybodyElse,
  Sid: 'AllowPublishThroughSSLOnly',
  Principal: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const problems = (...Statement: object[]) =>
  alarmPolicyProblems(JSON.stringify({ Version: '2012-10-17', Statement }), ACCOUNT);

describe('the alarm topic’s policy', () => {
  it('is well as it is deployed, whatever the order, and with statements about anything but publishing', () => {
    expect(problems(budgets, everybodyElse)).toEqual([]);
    expect(problems(insecure, everybodyElse, budgets)).toEqual([]);
    const read = { Sid: 'Read', Effect: 'Allow', Principal: '*', Action: 'sns:GetTopicAttributes' };
    expect(problems(budgets, everybodyElse, read)).toEqual([]);
  });

  it.each([
    ['Budgets’ right removed', [everybodyElse], 'does not let Budgets'],
    ['the denial removed', [budgets], 'does not deny publishing to everybody else'],
    [
      'another account’s budgets let in',
      [{ ...budgets, Condition: { StringEquals: { 'aws:SourceAccount': '210987654321' } } }, everybodyElse],
      'does not let Budgets',
    ],
    [
      'a condition that Budgets cannot meet',
      [
        { ...budgets, Condition: { ...budgets.Condition, Bool: { 'aws:ViaAWSService': 'true' } } },
        everybodyElse,
      ],
      'does not let Budgets',
    ],
    [
      'the denial narrowed',
      [
        budgets,
        {
          ...everybodyElse,
          Condition: { ...everybodyElse.Condition, StringEquals: { 'aws:PrincipalTag/x': 'y' } },
        },
      ],
      'does not deny publishing to everybody else',
    ],
    [
      'a denial that silences Budgets',
      [budgets, everybodyElse, { ...everybodyElse, Sid: 'Mute', Condition: {} }],
      'Deny Mute',
    ],
    [
      'another service let in',
      [
        budgets,
        everybodyElse,
        { ...publish, Sid: 'Forge', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } },
      ],
      'Allow Forge',
    ],
    [
      'a wildcard',
      [budgets, everybodyElse, { Sid: 'All', Effect: 'Allow', Principal: '*', Action: ['SNS:*'] }],
      'Allow All',
    ],
    [
      'a negated action',
      [budgets, everybodyElse, { Sid: 'Not', Effect: 'Deny', Principal: '*', NotAction: 'sns:Subscribe' }],
      'Deny Not',
    ],
  ])('%s is a problem', (_, statements, problem) => {
    expect(problems(...statements)).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
  });

  it.each([undefined, '', 'not JSON', '{}'])('%j cannot be read', (policy) => {
    expect(alarmPolicyProblems(policy, ACCOUNT)).toEqual(['its policy cannot be read']);
  });
});
