import { describe, expect, it } from 'vitest';
import { EVENTS_BEHAVIOURS } from '../../../../simulated-aws/services/events/behaviours.ts';
import { matchesPattern, refuseUnknownPattern } from '../../../../simulated-aws/services/events/pattern.ts';
import { behaviour } from '../../behaviour-test.ts';

const EVENT = {
  source: 'aws.lambda',
  'detail-type': 'AWS API Call via CloudTrail',
  resources: ['arn:one', 'arn:two'],
  detail: {
    eventName: 'UpdateFunctionCode20150331v2',
    severity: 8.5,
    dryRun: false,
    nothing: null,
    requestParameters: { functionName: 'Killswitch-Engine-1' },
    items: [{ id: 'a' }, { id: 'b' }],
  },
};
const matches = (pattern: object) => matchesPattern({ ...pattern }, EVENT);
const detail = (field: string, ...matchers: unknown[]) => matches({ detail: { [field]: matchers } });

behaviour(EVENTS_BEHAVIOURS, 'events-fields-and-values', () => {
  expect(matches({ source: ['aws.lambda'] })).toBe(true);
  expect(matches({ source: ['aws.sns', 'aws.lambda'], detail: { severity: [8.5] } })).toBe(true);
  expect(matches({ source: ['aws.lambda'], detail: { severity: [8] } })).toBe(false);
  expect([detail('dryRun', false), detail('dryRun', 'false'), detail('nothing', null)]).toEqual([
    true,
    false,
    true,
  ]);
  expect(matches({ detail: { missing: ['x'] } })).toBe(false);
  expect(matches({ detail: { eventName: { nested: ['x'] } } })).toBe(false);
});

behaviour(EVENTS_BEHAVIOURS, 'events-arrays', () => {
  expect([matches({ resources: ['arn:two'] }), matches({ resources: ['arn:three'] })]).toEqual([true, false]);
  expect(matches({ resources: [{ prefix: 'arn:' }] })).toBe(true);
  expect(matches({ detail: { items: { id: ['b'] } } })).toBe(true);
});

behaviour(EVENTS_BEHAVIOURS, 'events-operators', () => {
  const name = 'eventName';
  expect([detail(name, { prefix: 'UpdateFunction' }), detail(name, { prefix: 'Delete' })]).toEqual([
    true,
    false,
  ]);
  expect(detail(name, { prefix: { 'equals-ignore-case': 'updatefunction' } })).toBe(true);
  expect([detail(name, { suffix: 'v2' }), detail(name, { suffix: 'v1' })]).toEqual([true, false]);
  expect(detail(name, { 'equals-ignore-case': 'updatefunctioncode20150331V2' })).toBe(true);
  expect([detail(name, { wildcard: 'Update*Code*' }), detail(name, { wildcard: 'Update*Config*' })]).toEqual([
    true,
    false,
  ]);
  expect(detail(name, { wildcard: 'Update\\*' })).toBe(false);
  expect(detail('severity', { numeric: ['>', 7, '<=', 8.5] })).toBe(true);
  expect(detail('severity', { numeric: ['<', 7] })).toBe(false);
  expect(detail(name, { numeric: ['>', 0] })).toBe(false);
  expect([detail(name, { exists: true }), detail(name, { exists: false })]).toEqual([true, false]);
  expect([detail('errorCode', { exists: false }), detail('requestParameters', { exists: true })]).toEqual([
    true,
    false,
  ]);
  expect([detail(name, { 'anything-but': ['x', 'y'] }), detail('missing', { 'anything-but': 'x' })]).toEqual([
    true,
    false,
  ]);
  expect(detail(name, { 'anything-but': { prefix: 'Update' } })).toBe(false);
  expect(detail(name, { 'anything-but': { prefix: ['Delete', 'Put'] } })).toBe(true);
  expect(detail(name, { 'anything-but': { wildcard: '*Code*' } })).toBe(false);
  const alternatives = { $or: [{ source: ['aws.sns'] }, { detail: { severity: [{ numeric: ['>=', 7] }] } }] };
  expect(matches(alternatives)).toBe(true);
  expect(matches({ ...alternatives, 'detail-type': ['GuardDuty Finding'] })).toBe(false);
});

behaviour(EVENTS_BEHAVIOURS, 'events-unknown-operator', () => {
  const refuse = (matcher: unknown) => () => refuseUnknownPattern({ detail: { field: [matcher] } });
  expect(refuse({ cidr: '10.0.0.0/24' })).toThrow('cidr');
  expect(refuse({ exists: 'yes' })).toThrow('exists');
  expect(refuse({ numeric: ['~', 1] })).toThrow('numeric');
  expect(refuse({ prefix: 'a', suffix: 'b' })).toThrow('not understood');
  expect(() => refuseUnknownPattern({ source: 'aws.lambda' })).toThrow('source');
  expect(() => refuseUnknownPattern({ source: [] })).toThrow('empty');
  expect(refuse({ prefix: 'a' })).not.toThrow();
});

describe('a field called $or', () => {
  it('is a field like any other when it does not list alternatives', () => {
    expect(matchesPattern({ $or: ['x'] }, { $or: 'x' })).toBe(true);
  });
});
