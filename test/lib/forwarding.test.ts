import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parseSettings, type SettingsInput } from '../../lambda/core/settings.ts';
import { ForwardingStack, forwardedRegions } from '../../lib/forwarding-stack.ts';
import { ACCOUNT, emptyApp, MINIMAL, REGION, resource, synthesize, type TemplateJson } from './synthesis.ts';

const FROM = 'eu-west-1';
const settingsWith = (input: Partial<SettingsInput>) => parseSettings({ ...MINIMAL, ...input }, 'test');
const stack = new ForwardingStack(emptyApp(), `Killswitch-forward-${FROM}`, {
  settings: settingsWith({ guard: { forwardFrom: [FROM] } }),
  region: FROM,
  account: ACCOUNT,
});
const json = Template.fromStack(stack).toJSON() as TemplateJson;
const rules = (of: TemplateJson, part = '') =>
  Object.values(of.Resources)
    .filter(
      ({ Type, Properties }) => Type === 'AWS::Events::Rule' && String(Properties?.['Name']).includes(part),
    )
    .map(({ Properties }) => Properties);
const SIGNALS = ['exposed-key', 'threat', 'cost-anomaly', 'activity'];
const [roleId, role] = resource(json, 'AWS::IAM::Role');

describe('a forwarding stack', () => {
  it('stands in its region and is protected like the kill switch', () => {
    expect([stack.region, stack.terminationProtection]).toEqual([FROM, true]);
  });

  it.each(SIGNALS)('forwards %s by the very pattern of the home region', (signal) => {
    const [forwarded] = rules(json, signal);
    const [home] = rules(synthesize().json, `Killswitch-${signal}`);
    expect(forwarded?.['EventPattern']).toEqual(home?.['EventPattern']);
    expect(forwarded?.['Name']).toBe(`Killswitch-forward-${FROM}-${signal}`);
  });

  it('sends to the default bus of the home region, by its role', () => {
    for (const rule of rules(json))
      expect(rule?.['Targets']).toEqual([
        {
          Id: 'Target0',
          Arn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`,
          RoleArn: { 'Fn::GetAtt': [roleId, 'Arn'] },
        },
      ]);
  });

  it('has a role for EventBridge that can only put events on that bus', () => {
    expect(role.Properties).toMatchObject({
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'events.amazonaws.com' } }] },
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              {
                Action: 'events:PutEvents',
                Effect: 'Allow',
                Resource: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`,
              },
            ],
          },
        },
      ],
    });
  });

  it('has nothing else, and needs no bootstrap in its region', () => {
    expect(new Set(Object.values(json.Resources).map(({ Type }) => Type))).toEqual(
      new Set(['AWS::Events::Rule', 'AWS::IAM::Role']),
    );
    expect(json).not.toHaveProperty('Rules');
    expect(json).not.toHaveProperty('Parameters');
  });
});

describe('the regions to forward from', () => {
  it('are each taken once, the home region never, and none without the tripwire', () => {
    const guard = { forwardFrom: [FROM, REGION, FROM, 'sa-east-1'] };
    expect(forwardedRegions(settingsWith({ guard }))).toEqual([FROM, 'sa-east-1']);
    expect(forwardedRegions(settingsWith({ guard, tripwire: { enabled: false } }))).toEqual([]);
  });
});
