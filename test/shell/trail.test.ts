import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import { type Clock, systemClock } from '../../lambda/shell/clock.ts';
import { findActs } from '../../lambda/shell/sources/trail.ts';
import { sample } from '../core/signals/samples.ts';
import { type Answer, type Asked, JsonService } from './json-service.ts';
import { standingClock } from './standing-clock.ts';

const SINCE = Date.UTC(2026, 0, 31, 12);
const CONTEXT = { account: '123456789012', allow: { ...DEFAULT_POLICY.allow, users: new Set(['carol']) } };
const [created = {}] = sample<{ Records: Record<string, unknown>[] }>('cloudtrail-create-user').Records;
const [login] = sample<{ Events: Record<string, unknown>[] }>('cloudtrail-lookup-events').Events;

/**
 * One event of LookupEvents: fields about the record, and the record as text. EventTime is a number in JSON
 * 1.1.
 */
const found = (n: number, record: object = created) => ({
  ...login,
  EventTime: 1_395_695_519,
  EventId: `event-${n}`,
  EventName: 'CreateUser',
  CloudTrailEvent: JSON.stringify(record),
});

let service: JsonService;
afterEach(() => service.close());

function cloudTrail(events: readonly object[], override = (_: Asked): Answer | undefined => undefined) {
  return JsonService.that((asked) => {
    const overridden = override(asked);
    if (overridden) return overridden;
    const from = Number(asked.body['NextToken'] ?? 0);
    const next = from + 50 < events.length ? { NextToken: String(from + 50) } : {};
    return { body: { Events: events.slice(from, from + 50), ...next } };
  });
}
const look = (clock: Clock = standingClock) =>
  findActs(service.clients, 'us-east-1', { eventName: 'CreateUser', since: SINCE }, CONTEXT, clock);

describe('records of one name', () => {
  it('are acts, unless the principal is on the allowlist', async () => {
    const carol = {
      ...created,
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/carol' },
    };
    service = await cloudTrail([
      found(1),
      found(2, carol),
      found(3, { ...created, errorCode: 'AccessDenied' }),
    ]);
    expect(await look()).toEqual({
      acts: [
        {
          kind: 'activity',
          id: 'event-1',
          at: '2014-03-24T21:11:59Z',
          region: 'global',
          text: 'The user Alice is not on the allowlist and has created the user Bob, from 127.0.0.1.',
          eventName: 'CreateUser',
          principal: 'arn:aws:iam::123456789012:user/Alice',
        },
      ],
    });
  });

  it('have the same id as the record has in an event rule', async () => {
    service = await cloudTrail([found(1, { ...created, eventID: 'b7d4398e' })]);
    expect((await look()).acts).toMatchObject([{ id: 'b7d4398e' }]);
  });

  it('of another kind are no acts', async () => {
    service = await cloudTrail([{ ...login, EventTime: 1_395_695_519 }]);
    expect(await look()).toEqual({ acts: [] });
  });

  it('are asked for by that name alone', async () => {
    service = await cloudTrail([]);
    await look();
    expect(service.asked).toEqual([
      {
        path: 'POST /',
        target: 'CloudTrail_20131101.LookupEvents',
        body: {
          LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateUser' }],
          StartTime: SINCE / 1000,
          MaxResults: 50,
        },
      },
    ]);
  });

  it('that are too many are a problem, and the newest are read', async () => {
    service = await cloudTrail(Array.from({ length: 201 }, (_, n) => found(n)));
    const { acts, problem } = await look();
    expect(acts).toHaveLength(200);
    expect(problem).toMatch(/more than 200 records of CreateUser: only the newest/);
    expect(service.asked).toHaveLength(4);
  });

  it('that cannot be read are a problem, and hide no others', async () => {
    service = await cloudTrail([
      { ...found(1), CloudTrailEvent: 'not JSON' },
      found(2),
      found(3, { ...created, eventTime: 'x' }),
    ]);
    const { acts, problem } = await look();
    expect(acts).toMatchObject([{ id: 'event-2' }]);
    expect(problem).toMatch(/^SyntaxError.*\(and 1 more\)$/);
  });
});

describe('a region', () => {
  it('that refuses is a problem', async () => {
    service = await cloudTrail([], () => ({
      status: 400,
      error: 'AccessDeniedException',
      body: { __type: 'AccessDeniedException', Message: 'not you' },
    }));
    expect((await look()).problem).toMatch(/^AccessDeniedException/);
    expect(service.asked).toHaveLength(1);
  });

  it('that stays throttled is a problem after 10 s', async () => {
    service = await cloudTrail([], () => ({
      status: 400,
      error: 'ThrottlingException',
      body: { __type: 'ThrottlingException', message: 'Rate exceeded' },
    }));
    const fastClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) };
    expect(await look(fastClock)).toEqual({
      acts: [],
      problem: 'TimeoutError: CloudTrail in us-east-1 did not answer within 10 s',
    });
  });
});
