import { describe, expect, it } from 'vitest';
import { VERBS } from '../../lambda/core/model.ts';
import type { Grant } from '../../lambda/core/policy/descriptor.ts';
import { ENGINE_GRANTS, TRIPWIRE_GRANTS } from '../../lambda/core/policy/permissions.ts';
import { parseSettings, type SettingsInput } from '../../lambda/core/settings.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { DATA_DELETION } from '../../lib/data-deletion.ts';
import { AWS_DENY_ALL, bucket, forbidden, instance, user, volume } from './forbidden-requests.ts';
import {
  type IamRequest,
  isAllowed,
  type PolicyDocument,
  rolePolicies,
  simulate,
} from './role-simulation.ts';
import { ACCOUNT, MINIMAL, REGION, synthesize } from './synthesis.ts';

const deployment = { account: ACCOUNT, region: REGION };

const variants: Record<string, Partial<SettingsInput>> = {
  'stop, users': {},
  'stop, keys': { quarantine: 'keys' },
  terminate: { mode: 'terminate', unstoppable: 'terminate' },
  'terminate elsewhere': { homeRegions: ['eu-west-1'], terminateElsewhere: true },
  'dry-run': { mode: 'dry-run' },
  'stop, without the tripwire': { tripwire: { enabled: false } },
};

const policiesOf = (input: Partial<SettingsInput>): PolicyDocument[] =>
  rolePolicies(synthesize(input).json, deployment);

const list = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

/** Verbs that each variant does not come to. Written down here, not asked of the code that makes the role. */
const NEVER: readonly string[] = ['deny-sessions'];
const unreached: Record<string, readonly string[]> = { 'stop, keys': ['deny'], 'dry-run': VERBS };

function declaredGrants(
  variant: string,
  input: Partial<SettingsInput>,
): { wanted: Grant[]; unwanted: Grant[] } {
  const settings = parseSettings({ ...MINIMAL, ...input }, 'test');
  const wanted: Grant[] = [...ENGINE_GRANTS];
  const unwanted: Grant[] = [];
  (settings.tripwire.enabled ? wanted : unwanted).push(...TRIPWIRE_GRANTS);
  for (const { discover = [], verbs, restore } of allKinds) {
    wanted.push(...discover);
    unwanted.push(...restore);
    for (const [verb, { grants }] of Object.entries(verbs))
      (unreached[variant]?.includes(verb) || NEVER.includes(verb) ? unwanted : wanted).push(...grants);
  }
  const actions = new Set(wanted.map(({ action }) => action));
  return { wanted, unwanted: unwanted.filter(({ action }) => !actions.has(action)) };
}

/** A resource that the action takes, and a context that satisfies the grant's conditions. */
function requestFor({ action, condition }: Grant): IamRequest {
  const context: Record<string, string> = {};
  for (const keys of Object.values(condition ?? {}))
    for (const [key, values] of Object.entries(keys)) context[key] = list(values)[0] ?? '';
  return { action, resource: resourceFor(action), context };
}

function resourceFor(action: string): string {
  if (/^iam:.*(User|AccessKey|Keys)/.test(action) && !/LastUsed|Users$|Details|Summary/.test(action))
    return user;
  if (/^ec2:(Stop|Start|Terminate|Modify)Instance/.test(action)) return instance;
  if (/^ec2:DescribeInstanceAttribute/.test(action)) return instance;
  if (/^ec2:CancelSpot/.test(action)) return `arn:aws:ec2:${REGION}:${ACCOUNT}:spot-instances-request/sir-1`;
  if (/^autoscaling:(Suspend|Resume|Update)/.test(action))
    return `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/web`;
  return '*';
}

describe.each(Object.entries(variants))('the role in mode %s', (variant, input) => {
  const policies = policiesOf(input);
  const { wanted, unwanted } = declaredGrants(variant, input);

  it('allows each grant that the kinds and the engine declare', async () => {
    for (const grant of wanted) {
      const request = requestFor(grant);
      expect([grant.action, await simulate(policies, request, deployment)]).toEqual([
        grant.action,
        'Allowed',
      ]);
    }
  });

  it('allows nothing that only other settings, or restore, would need', async () => {
    for (const grant of unwanted) {
      const verdict = await simulate(policies, requestFor(grant), deployment);
      expect([grant.action, verdict]).not.toEqual([grant.action, 'Allowed']);
    }
  });

  it('names every action in full, none beyond those declared, and only its own resources otherwise', () => {
    const allowed = policies.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === 'Allow');
    const declared = new Set(wanted.map(({ action }) => action));
    for (const { Action, Resource } of allowed) {
      for (const action of list(Action)) expect(action).not.toContain('*');
      if (list(Resource).includes('*'))
        expect(list(Action).filter((action) => !declared.has(action))).toEqual([]);
    }
    const own = allowed
      .filter(({ Resource }) => !list(Resource).includes('*'))
      .flatMap(({ Action }) => list(Action));
    const selfCheck = [
      'events:DescribeRule',
      'events:ListTargetsByRule',
      'scheduler:GetSchedule',
      'sns:ListSubscriptionsByTopic',
    ];
    const recordAndReport = [
      'budgets:ViewBudget',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
      'sns:Publish',
      'sqs:SendMessage',
    ];
    const ticks = input.tripwire?.enabled !== false;
    expect(own.sort()).toEqual([...recordAndReport, ...(ticks ? selfCheck : [])].sort());
  });

  it('denies what destroys data or takes the account over', async () => {
    for (const request of forbidden)
      expect([request, await isAllowed(policies, request, deployment)]).toEqual([request, false]);
  });
});

describe('the role', () => {
  it('may attach AWSDenyAll, and set it as a boundary, only when users are quarantined', async () => {
    const attach = {
      action: 'iam:AttachUserPolicy',
      resource: user,
      context: { 'iam:PolicyARN': AWS_DENY_ALL },
    };
    const bound = {
      action: 'iam:PutUserPermissionsBoundary',
      resource: user,
      context: { 'iam:PermissionsBoundary': AWS_DENY_ALL },
    };
    for (const request of [attach, bound]) {
      expect(await isAllowed(policiesOf({}), request, deployment)).toBe(true);
      expect(await isAllowed(policiesOf({ quarantine: 'keys' }), request, deployment)).toBe(false);
    }
  });

  it('only looks when the mode is dry-run', () => {
    const [contain] = policiesOf({ mode: 'dry-run' });
    for (const action of (contain?.Statement ?? []).flatMap(({ Action }) => list(Action)))
      expect(action).toMatch(/:(Describe|Get|List|Lookup)/);
  });

  it('may lift the two protections in either spelling', async () => {
    for (const attribute of [
      'DisableApiStop',
      'disableApiStop',
      'DisableApiTermination',
      'disableApiTermination',
    ])
      expect(
        await isAllowed(
          policiesOf({}),
          {
            action: 'ec2:ModifyInstanceAttribute',
            resource: instance,
            context: { 'ec2:Attribute': attribute },
          },
          deployment,
        ),
      ).toBe(true);
  });

  it('denies explicitly, so that a permission too many changes nothing', async () => {
    const everything: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    };
    const widened = [...policiesOf({}), everything];
    const volumes = { action: 'ec2:DeleteVolume', resource: volume };
    const userData = {
      action: 'ec2:ModifyInstanceAttribute',
      resource: instance,
      context: { 'ec2:Attribute': 'UserData' },
    };
    const objects = { action: 's3:DeleteObjectVersion', resource: `${bucket}/photo.jpg` };
    for (const request of [volumes, userData, objects])
      expect(await simulate(widened, request, deployment)).toBe('ExplicitlyDenied');
  });

  it('has a Deny that names only actions that exist', async () => {
    const named = DATA_DELETION.filter((action) => !action.includes('*'));
    const policies = policiesOf({});
    for (const action of named)
      expect([action, await simulate(policies, { action, resource: '*' }, deployment)]).toEqual([
        action,
        'ExplicitlyDenied',
      ]);
  });

  it('fits into the 10,240 characters that IAM gives all inline policies of a role', () => {
    const size = policiesOf({}).reduce((sum, policy) => sum + JSON.stringify(policy).length, 0);
    expect(size).toBeLessThan(8_000);
  });

  it('looks at the guards that are there, and at no others', async () => {
    const rule = (name: string) => `arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}`;
    const schedule = (name: string) => `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/${name}`;
    for (const [action, resource, allowed] of [
      ['events:DescribeRule', rule('Killswitch-threat'), true],
      ['events:ListTargetsByRule', rule('Killswitch-tamper-topics'), true],
      ['events:DescribeRule', rule('other'), false],
      ['events:DisableRule', rule('Killswitch-threat'), false],
      ['scheduler:GetSchedule', schedule('Killswitch-tick'), true],
      ['scheduler:GetSchedule', schedule('other'), false],
      ['scheduler:UpdateSchedule', schedule('Killswitch-tick'), false],
    ] as const)
      expect([action, resource, await isAllowed(policiesOf({}), { action, resource }, deployment)]).toEqual([
        action,
        resource,
        allowed,
      ]);
  });

  it('has no managed policies and no other policy resource, and neither has the role of the schedule', () => {
    const { template, json } = synthesize();
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.resourceCountIs('AWS::IAM::Role', 2);
    expect(JSON.stringify(json)).not.toContain('ManagedPolicyArns');
  });
});
