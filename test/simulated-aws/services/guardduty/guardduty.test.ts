import type * as api from '@aws-sdk/client-guardduty';
import { GuardDutyClient, ListDetectorsCommand, ListFindingsCommand } from '@aws-sdk/client-guardduty';
import { beforeEach, describe, expect, it } from 'vitest';
import { GUARDDUTY_BEHAVIOURS } from '../../../../simulated-aws/services/guardduty/behaviours.ts';
import { behaviour } from '../../behaviour-test.ts';
import { MINUTE, REGION, stackAccount } from '../../stack-account.ts';
import { inVirtualTime, wireAccount } from '../../wire/wire-account.ts';
import { call, refusal } from '../iam/call.ts';

const MINING = 'CryptoCurrency:EC2/BitcoinTool.B!DNS';
const STOLEN = 'UnauthorizedAccess:IAMUser/MaliciousIPCaller';

let setup: ReturnType<typeof stackAccount>;
let DetectorId: string;

beforeEach(() => {
  setup = stackAccount();
  DetectorId = setup.account.guardDuty.enable(REGION).id;
});

const send = <Output>(operation: string, input: object = {}, region = REGION) =>
  call<Output>(setup.account.services['guardduty'], operation, input, { region });
const list = (input: Partial<api.ListFindingsRequest> = {}) =>
  send<api.ListFindingsResponse>('ListFindings', { DetectorId, ...input });
const listed = (Criterion: Record<string, api.Condition> = {}) => {
  const { FindingIds = [] } = list({ FindingCriteria: { Criterion } });
  const { Findings = [] } = send<api.GetFindingsResponse>('GetFindings', { DetectorId, FindingIds });
  return Findings.map(({ Type }) => Type);
};

behaviour(GUARDDUTY_BEHAVIOURS, 'guardduty-detectors', () => {
  const detectors = (region: string) =>
    send<api.ListDetectorsResponse>('ListDetectors', {}, region).DetectorIds;
  expect([detectors(REGION), detectors('eu-west-1')]).toEqual([[DetectorId], []]);
  expect(setup.account.guardDuty.enable(REGION).id).toBe(DetectorId);
  expect(() => setup.account.guardDuty.find('eu-west-1', { Type: MINING, Severity: 8 })).toThrow('eu-west-1');
});

behaviour(GUARDDUTY_BEHAVIOURS, 'guardduty-event', () => {
  const AccessKeyDetails = { UserName: 'alice', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
  const { Id } = setup.account.guardDuty.find(REGION, {
    ...{ Type: STOLEN, Severity: 5, Resource: { ResourceType: 'AccessKey', AccessKeyDetails } },
  });
  expect(setup.account.events.seen).toMatchObject([
    {
      ...{ source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', region: REGION },
      detail: {
        ...{ id: Id, type: STOLEN, severity: 5, accountId: '111122223333', schemaVersion: '2.0' },
        resource: { resourceType: 'AccessKey', accessKeyDetails: { userName: 'alice' } },
        service: { serviceName: 'guardduty', archived: false },
      },
    },
  ]);
});

behaviour(GUARDDUTY_BEHAVIOURS, 'guardduty-criteria', () => {
  const { account, wait } = setup;
  account.guardDuty.find(REGION, { Type: STOLEN, Severity: 5 });
  wait(10 * MINUTE);
  account.guardDuty.find(REGION, { Type: MINING, Severity: 8 });
  account.guardDuty.find(REGION, { Type: 'Old', Severity: 2, Service: { Archived: true } });
  expect(new Set(listed())).toEqual(new Set([STOLEN, MINING, 'Old']));
  expect(listed({ 'service.archived': { Equals: ['false'] } })).toEqual([MINING, STOLEN]);
  expect(listed({ type: { Equals: [MINING, 'none'] } })).toEqual([MINING]);
  expect(listed({ type: { NotEquals: [MINING, 'Old'] } })).toEqual([STOLEN]);
  expect(listed({ severity: { GreaterThanOrEqual: 5, LessThan: 8 } })).toEqual([STOLEN]);
  const since = { GreaterThanOrEqual: account.timeline.now() };
  expect(listed({ updatedAt: since, type: { Equals: [STOLEN, MINING] } })).toEqual([MINING]);
  expect(() => listed({ region: { Equals: ['x'] } })).toThrow('region');
});

behaviour(GUARDDUTY_BEHAVIOURS, 'guardduty-pages', () => {
  for (let finding = 0; finding < 60; finding++)
    setup.account.guardDuty.find(REGION, { Type: MINING, Severity: 8 });
  const first = list();
  const second = list({ NextToken: first.NextToken });
  expect([first.FindingIds?.length, second.FindingIds?.length, second.NextToken]).toEqual([50, 10, '']);
  const get = (FindingIds: (string | undefined)[]) =>
    refusal(() => send('GetFindings', { DetectorId, FindingIds }));
  const all = [...(first.FindingIds ?? []), ...(second.FindingIds ?? [])];
  expect([get(all), get([]), get(all.slice(10))]).toEqual([
    'BadRequestException',
    'BadRequestException',
    'none',
  ]);
});

behaviour(GUARDDUTY_BEHAVIOURS, 'guardduty-unknown-detector', () => {
  expect(refusal(() => list({ DetectorId: 'none' }))).toBe('BadRequestException');
  expect(refusal(() => send('ListFindings', { DetectorId }, 'eu-west-1'))).toBe('BadRequestException');
});

describe('GuardDuty over the wire', () => {
  it('lists what was planted', async () => {
    const { account, config } = wireAccount();
    account.guardDuty.enable(REGION);
    const { Id } = account.guardDuty.find(REGION, { Type: MINING, Severity: 8 });
    const client = new GuardDutyClient(config);
    const { DetectorIds } = await inVirtualTime(account.timeline, client.send(new ListDetectorsCommand({})));
    const found = new ListFindingsCommand({
      DetectorId: DetectorIds?.[0],
      FindingCriteria: { Criterion: { type: { Equals: [MINING] }, updatedAt: { GreaterThanOrEqual: 1 } } },
    });
    expect((await inVirtualTime(account.timeline, client.send(found))).FindingIds).toEqual([Id]);
  });
});
