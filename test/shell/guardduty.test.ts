import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../lambda/shell/clock.ts';
import { findThreats } from '../../lambda/shell/sources/guardduty.ts';
import { sample } from '../core/signals/samples.ts';
import { type Answer, type Asked, JsonService } from './json-service.ts';
import { standingClock } from './standing-clock.ts';

const DETECTOR = '12abc34d567e8fa901bc2d34eexample';
const SINCE = Date.UTC(2020, 4, 26, 20);
const ACCOUNT = '123456789012';
const finding = sample<Record<string, unknown>>('guardduty-ec2-finding');
/** A finding as GetFindings answers: on the wire, fields have the same names as in events. */
const mining = (id: string, fields: object = {}) => ({
  ...finding,
  type: 'CryptoCurrency:EC2/BitcoinTool.B',
  id,
  ...fields,
});

let service: JsonService;
afterEach(() => service.close());

/** GuardDuty with these findings. */
function guardDuty(
  found: readonly { id: string }[],
  { detectors = [DETECTOR], pageSize = 50, override = (_: Asked): Answer | undefined => undefined } = {},
) {
  return JsonService.that((asked) => {
    const overridden = override(asked);
    if (overridden) return overridden;
    if (asked.path === 'GET /detector') return { body: { detectorIds: detectors } };
    if (asked.path === `POST /detector/${DETECTOR}/findings`) {
      const from = Number(asked.body['nextToken'] ?? 0);
      const next = from + pageSize < found.length ? String(from + pageSize) : '';
      return {
        body: { findingIds: found.slice(from, from + pageSize).map(({ id }) => id), nextToken: next },
      };
    }
    const ids = asked.body['findingIds'] as string[];
    return { body: { findings: found.filter(({ id }) => ids.includes(id)) } };
  });
}
const look = (clock: Clock = standingClock) =>
  findThreats(service.clients, 'us-east-1', SINCE, ACCOUNT, clock);

describe('findings of a region', () => {
  it('about mining or stolen credentials are threats', async () => {
    service = await guardDuty([
      mining('1'),
      { ...finding, id: '2' },
      mining('3', { accountId: '210987654321' }),
    ]);
    expect(await look()).toEqual({
      threats: [
        expect.objectContaining({ kind: 'threat', id: '1-2017-10-31T23:16:23.824Z', severity: 5 }) as unknown,
      ],
    });
  });

  it('are asked for since a moment, the most severe first', async () => {
    service = await guardDuty([mining('1')]);
    await look();
    expect(service.asked.map(({ path }) => path)).toEqual([
      'GET /detector',
      `POST /detector/${DETECTOR}/findings`,
      `POST /detector/${DETECTOR}/findings/get`,
    ]);
    expect(service.asked[1]?.body).toEqual({
      findingCriteria: { criterion: { updatedAt: { greaterThanOrEqual: SINCE } } },
      sortCriteria: { attributeName: 'severity', orderBy: 'DESC' },
      maxResults: 50,
    });
  });

  it('are read page by page, 50 ids a call at most', async () => {
    service = await guardDuty(Array.from({ length: 120 }, (_, n) => mining(`f${n}`)));
    expect((await look()).threats).toHaveLength(120);
    const asked = service.asked.map(({ body }) => (body['findingIds'] as string[] | undefined)?.length ?? 0);
    expect(asked.filter((count) => count > 0)).toEqual([50, 50, 20]);
  });

  it("in AWS's own example are read as the API sends them", async () => {
    const { Findings } = sample<{ Findings: { Id: string }[] }>('guardduty-get-findings');
    service = await guardDuty(Findings.map((each) => onTheWire(each) as { id: string }));
    const { threats } = await findThreats(service.clients, 'us-east-1', SINCE, '111122223333');
    expect(threats).toEqual([
      {
        kind: 'threat',
        id: '1ab92989eaf0e742df4a014d5example-2020-05-26T22:55:21.703Z',
        at: '2020-05-26T22:33:55Z',
        region: 'us-east-1',
        text: 'GuardDuty suspects that somebody else uses the credentials of testuser (key ASIASZ4SI7REEEXAMPLE) in us-east-1: Unusual user permission reconnaissance activity by testuser (Recon:IAMUser/UserPermissions, severity 5 of 10).',
        type: 'Recon:IAMUser/UserPermissions',
        severity: 5,
      },
    ]);
  });

  it('that are too many are a problem, and the most severe are read', async () => {
    service = await guardDuty(Array.from({ length: 501 }, (_, n) => mining(`f${n}`)));
    const { threats, problem } = await look();
    expect(threats).toHaveLength(500);
    expect(problem).toMatch(/more than 500 findings: only the most severe/);
  });

  it('that cannot be read are a problem, and hide no others', async () => {
    service = await guardDuty([mining('1', { severity: 99 }), mining('2', { severity: 99 }), mining('3')]);
    const { threats, problem } = await look();
    expect(threats).toHaveLength(1);
    expect(problem).toBe('InputError: event: detail.severity: must be at most 10 (and 1 more)');
  });

  it('may be none', async () => {
    service = await guardDuty([]);
    expect(await look()).toEqual({ threats: [] });
  });
});

describe('a region', () => {
  it('without GuardDuty is reported as off', async () => {
    service = await guardDuty([], { detectors: [] });
    expect(await look()).toEqual({ threats: [], isOff: true });
  });

  it.each([
    'GET /detector',
    `POST /detector/${DETECTOR}/findings`,
    `POST /detector/${DETECTOR}/findings/get`,
  ])('that refuses %s is a problem', async (refused) => {
    const override = ({ path }: Asked) =>
      path === refused
        ? { status: 403, error: 'AccessDeniedException', body: { message: 'not you' } }
        : undefined;
    service = await guardDuty([mining('1')], { override });
    expect(await look()).toEqual({ threats: [], problem: 'AccessDeniedException: not you' });
  });

  it('that fails on a later page keeps the findings of the first', async () => {
    const override = ({ body }: Asked) =>
      body['nextToken']
        ? { status: 403, error: 'AccessDeniedException', body: { message: 'no more' } }
        : undefined;
    service = await guardDuty([mining('1'), mining('2')], { pageSize: 1, override });
    expect(await look()).toEqual({
      threats: [expect.objectContaining({ id: '1-2017-10-31T23:16:23.824Z' }) as unknown],
      problem: 'AccessDeniedException: no more',
    });
  });

  it('that does not answer is a problem after 10 s', async () => {
    service = await guardDuty([], { override: () => ({ silent: true }) });
    const fastClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) };
    expect(await look(fastClock)).toEqual({
      threats: [],
      problem: 'TimeoutError: GuardDuty in us-east-1 did not answer within 10 s',
    });
  });
});

/** `AccessKeyId` as the API sends it: `accessKeyId`. Source: GuardDuty API, GetFindings, response syntax. */
function onTheWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(onTheWire);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replace(/^./, (first) => first.toLowerCase()),
      onTheWire(inner),
    ]),
  );
}
