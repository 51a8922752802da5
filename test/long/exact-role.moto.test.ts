import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AwsCall } from '../../lab/testbed/aws-call.ts';
import { budgetHistory } from '../../lab/testbed/moto-gaps.ts';
import type { Grant } from '../../lambda/core/policy/descriptor.ts';
import type { SettingsInput } from '../../lambda/core/settings.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { type EngineSetup, playBoundaries, startSetup } from '../e2e/engine.ts';
import { fireAsFunction, restoreAsOwner, type Surroundings, surround } from '../e2e/function-in-process.ts';
import { iamRequestsOf } from '../e2e/iam-requests.ts';
import { isAllowed, type PolicyDocument, rolePolicies, simulate } from '../lib/role-simulation.ts';
import { ACCOUNT, REGION, synthesize } from '../lib/synthesis.ts';

const deployment = { account: ACCOUNT, region: REGION };
const LOOKS = /^(Describe|Get|List)/;

const MODES: Record<string, Partial<SettingsInput>> = {
  'stop, users': {},
  'stop, keys': { quarantine: 'keys' },
  terminate: { mode: 'terminate', unstoppable: 'terminate' },
  'terminate elsewhere': { homeRegions: ['eu-west-1'], terminateElsewhere: true },
  'dry-run': { mode: 'dry-run' },
};

let setup: EngineSetup;
/** Every call of all modes, the restores included: what the proofs at the end rest on. */
const exercised: AwsCall[] = [];

beforeAll(async () => {
  setup = await startSetup();
});
afterAll(() => setup.stop());
beforeEach(async () => {
  await setup.reset(); // the template's account: its bucket can be made again
});

/** Something of each sort that the engine treats in a way of its own. */
async function plant(): Promise<void> {
  const { planted, proxy } = setup;
  for (const region of [REGION, 'eu-west-1']) {
    const [, guarded = ''] = await planted.instances(region, 3);
    await planted.protect(region, [guarded], 'DisableApiStop');
    await planted.protect(region, [guarded], 'DisableApiTermination');
  }
  await planted.autoScalingGroup(REGION, 'miners', 2);
  await planted.spotRequests(REGION, 1, 'persistent');
  await planted.spotRequests(REGION, 1, 'one-time');
  for (const name of ['mallory', 'full']) await planted.user(name, 2);
  playBoundaries(setup);
  setup.boundaries.set('full', 'arn:aws:iam::aws:policy/PowerUserAccess');
  proxy.rules.add(budgetHistory([]), {
    when: ({ operation, parameters }) =>
      operation === 'AttachUserPolicy' && parameters['UserName'] === 'full',
    fault: { kind: 'error', code: 'LimitExceeded', status: 409 },
  });
}

/** Calls that those policies do not allow, in words. */
async function refused(calls: readonly AwsCall[], policies: readonly PolicyDocument[]): Promise<string[]> {
  const requests = new Map(
    calls
      .flatMap((call) => iamRequestsOf(call, ACCOUNT))
      .map((request) => [JSON.stringify(request), request]),
  );
  const verdicts = [...requests.values()].map(
    async (request) => [request, await simulate(policies, request, deployment)] as const,
  );
  return (await Promise.all(verdicts)).flatMap(([{ action, resource, context }, verdict]) =>
    verdict === 'Allowed' ? [] : `${verdict}: ${action} on ${resource} ${JSON.stringify(context ?? {})}`,
  );
}

/** What the owner needs to put everything back: what the kinds declare, and the journal. */
function restorePolicy({ bucket }: Surroundings): PolicyDocument {
  const grants: readonly Grant[] = allKinds.flatMap(({ restore }) => restore);
  const journal = `arn:aws:s3:::${bucket}`;
  return {
    Version: '2012-10-17',
    Statement: [
      ...grants.map(({ action, condition }) => ({
        Effect: 'Allow' as const,
        Action: action,
        Resource: '*',
        ...(condition ? { Condition: condition } : {}),
      })),
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `${journal}/*` },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: journal },
    ],
  };
}

describe.each(Object.entries(MODES))('in mode %s', (name, input) => {
  test('the role allows each call of the engine, and nothing that only a restore needs', async () => {
    const { json } = synthesize(input);
    const role = rolePolicies(json, deployment);
    await plant();
    const surroundings = await surround(json, setup.planted);
    const report = await fireAsFunction(input, surroundings, name === 'dry-run' ? 15 : 2, setup.clock);
    expect(report.verdict).toMatchObject({ level: 'fire' });
    expect(report.gaps).toEqual([]);
    expect(report.actions.filter(({ status }) => status === 'failed')).toEqual([]);
    const fired = [...setup.proxy.calls];
    exercised.push(...fired);
    expect(await refused(fired, role)).toEqual([]);

    const changes = fired.filter(({ operation }) => !LOOKS.test(operation));
    if (name === 'dry-run')
      expect([...new Set(changes.map(({ operation }) => operation))].sort()).toEqual([
        'Publish',
        'PutObject',
      ]);

    setup.proxy.forgetCalls();
    await restoreAsOwner(report.incident, surroundings, setup.clock);
    const restored = [...setup.proxy.calls];
    exercised.push(...restored);
    expect(await refused(restored, [restorePolicy(surroundings)])).toEqual([]);
    const undoing = restored.filter(({ operation }) => /^(Start|Resume|Detach|Delete)/.test(operation));
    for (const request of undoing.flatMap((call) => iamRequestsOf(call, ACCOUNT)))
      expect([request.action, await isAllowed(role, request, deployment)]).toEqual([request.action, false]);
  });
});

test('in mode dry-run the role allows none of the calls by which other modes, or a restore, change something', async () => {
  const role = rolePolicies(synthesize({ mode: 'dry-run' }).json, deployment);
  const changes = exercised.filter(
    ({ operation }) => !LOOKS.test(operation) && !/^(Publish|PutObject)$/.test(operation),
  );
  const requests = new Map(
    changes
      .flatMap((call) => iamRequestsOf(call, ACCOUNT))
      .map((request) => [JSON.stringify(request), request]),
  );
  expect(requests.size).toBeGreaterThan(30);
  for (const request of requests.values())
    expect([request, await isAllowed(role, request, deployment)]).toEqual([request, false]);
});

test('the proof is about every call that changes something', () => {
  const operations = new Set(exercised.map(({ operation }) => operation));
  const changes = [...operations].filter((operation) => !LOOKS.test(operation));
  expect(changes.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'AttachUserPolicy',
    'CancelSpotInstanceRequests',
    'DetachUserPolicy',
    'ModifyInstanceAttribute',
    'Publish',
    'PutObject',
    'PutUserPermissionsBoundary',
    'ResumeProcesses',
    'StartInstances',
    'StopInstances',
    'SuspendProcesses',
    'TerminateInstances',
    'UpdateAccessKey',
    'UpdateAutoScalingGroup',
  ]);
  expect([...operations]).toContain('DescribeBudgetPerformanceHistory');
});

test('a call that nobody has mapped is named', () => {
  const call = { service: 'ec2', operation: 'DeleteVolume', parameters: {} } as AwsCall;
  expect(() => iamRequestsOf(call, ACCOUNT)).toThrow('ec2 DeleteVolume has no mapping');
});
