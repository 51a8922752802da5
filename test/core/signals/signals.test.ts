import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain } from '../../../lambda/core/plain-text.ts';
import { InputError } from '../../../lambda/core/settings.ts';
import { LISTENERS, parseSignal } from '../../../lambda/core/signals/index.ts';
import {
  ACCOUNT,
  apiCall,
  CONTEXT,
  KEY,
  parse,
  refusal,
  type SampleEvent,
  sample,
  withDetail,
} from './samples.ts';

const health = sample('health-credentials-exposed', { ACCESS_KEY_ID_HERE: KEY });
const anomaly = sample('cost-anomaly-event', {
  '<account ID>': ACCOUNT,
  '<id>': '8f0e4b5c-2f43-4c1d-9c3e-0f5b1f3b9d11',
  '<date>': '2021-05-25T10:00:00Z',
  '<region>': 'us-east-1',
  '<service name>': 'Amazon Elastic Compute Cloud - Compute',
  '<usage type>': 'BoxUsage:p4d.24xlarge',
});
const created = sample<{ Records: Record<string, unknown>[] }>('cloudtrail-create-user').Records[0] ?? {};
const finding = {
  ...sample<Record<string, unknown>>('guardduty-ec2-finding'),
  type: 'CryptoCurrency:EC2/BitcoinTool.B',
};
const mining = { ...sample('guardduty-event'), account: ACCOUNT, detail: finding } as SampleEvent;
const events = [health, anomaly, mining, apiCall('aws.iam', created)];

describe('a cost anomaly', () => {
  it('tells how much, and the causes', () => {
    expect(parse(anomaly)).toEqual({
      kind: 'cost-anomaly',
      id: '8f0e4b5c-2f43-4c1d-9c3e-0f5b1f3b9d11',
      at: '2021-05-25T10:00:00Z',
      region: 'global',
      text:
        'AWS sees $1001.00 more spend than usual: ' +
        'Amazon Elastic Compute Cloud - Compute in us-east-1 (BoxUsage:p4d.24xlarge).',
      impactUsd: 1001,
    });
  });

  it('without causes tells the measured dimension', () => {
    expect(parse(withDetail(anomaly, { rootCauses: [], dimensionValue: 'AWS Lambda' }))).toMatchObject({
      text: 'AWS sees $1001.00 more spend than usual: AWS Lambda.',
    });
    expect(parse(withDetail(anomaly, { rootCauses: undefined, dimensionValue: undefined }))).toMatchObject({
      text: 'AWS sees $1001.00 more spend than usual.',
    });
  });

  it.each([
    [{ impact: undefined }, /detail\.impact/],
    [{ impact: { totalImpact: '1001' } }, /detail\.impact\.totalImpact: must be a number of US dollars/],
    [{ rootCauses: {} }, /detail\.rootCauses: must be a list/],
  ])('is refused if it is malformed: %j', (detail, words) => {
    expect(refusal(withDetail(anomaly, detail))).toMatch(words);
  });
});

describe('an event that EventBridge never delivers', () => {
  it.each([
    [{ version: '1' }, /event: version: must be 0/],
    [{ id: undefined }, /event: id/],
    [{ account: 'mine' }, /event: account: must be the 12 digits/],
    [{ time: 'yesterday' }, /event: time: must be a time/],
    [{ region: 7 }, /event: region: must be a text/],
    [{ resources: 'all' }, /event: resources: must be a list/],
    [{ detail: undefined }, /event: detail/],
    [{ detail: 'x' }, /event: detail: must be an object/],
  ])('is refused with how it should arrive: %j', (fields, words) => {
    expect(refusal({ ...health, ...fields })).toMatch(words);
    expect(refusal({ ...health, ...fields })).toMatch(/no input transformer/);
  });

  it.each([null, undefined, 7, 'x', []])('is refused: %j', (event) => {
    expect(refusal(event)).toMatch(/event: /);
  });
});

describe('a foreign event', () => {
  it.each([
    [
      { account: '210987654321' },
      /account: it comes from account 210987654321.*guards 123456789012.*remove the rule/,
    ],
    [{ source: 'aws.s3' }, /source: aws\.s3 is unknown here: expected aws\.health.*remove the rule/],
    [{ source: 'my.app' }, /source: my\.app is unknown here/],
    [
      { 'detail-type': 'Scheduled Event' },
      /detail-type: Scheduled Event is unknown here: from aws\.health expected AWS Health Event/,
    ],
    [{ 'detail-type': 'AWS API Call via CloudTrail' }, /detail-type/],
  ])('is refused: %j', (fields, words) => {
    expect(refusal({ ...health, ...fields })).toMatch(words);
  });

  it('can only come from these sources', () => {
    expect(LISTENERS.flatMap(({ sources }) => sources)).toEqual([
      'aws.health',
      'aws.guardduty',
      'aws.ce',
      'aws.ec2',
      'aws.iam',
      'aws.autoscaling',
      'aws.ecs',
      'aws.servicequotas',
      'aws.account',
    ]);
  });
});

describe('texts that an intruder chose', () => {
  it('are cut and cleaned', () => {
    expect(plain('a\u0000b\n\u202ec\ud800\u2028d', 20)).toBe('a b c d');
    expect(plain('🙂'.repeat(30), 10)).toBe(`${'🙂'.repeat(9)}…`);
    expect(plain('x'.repeat(1_000_000), 10)).toHaveLength(10);
  });

  it('cannot forge or fill a line in a log or a mail', () => {
    const evil = `\u001b[2J\nAll is well.\r\n${'x'.repeat(5_000)}`;
    const texts = [
      parse(
        withDetail(mining, {
          title: evil,
          resource: { accessKeyDetails: { userName: evil, accessKeyId: evil } },
        }),
      ),
      parse(withDetail(anomaly, { rootCauses: [{ service: evil, region: evil, usageType: evil }] })),
      parse(
        apiCall('aws.iam', {
          ...created,
          requestParameters: { userName: evil },
          sourceIPAddress: evil,
          userIdentity: { arn: evil },
        }),
      ),
    ];
    for (const signal of texts) {
      expect(JSON.stringify(signal).length).toBeLessThan(1_500);
      expect((signal as { text: string }).text).toMatch(/^[\x20-\x7e…]+$/);
    }
  });

  it('are cut in refusals, too', () => {
    const evil = `${'\n'.repeat(10)}${'x'.repeat(100_000)}`;
    expect(refusal({ ...health, source: evil, account: ACCOUNT }).length).toBeLessThan(1_000);
    expect(refusal({ ...health, version: evil, region: evil, time: evil }).length).toBeLessThan(2_000);
    expect(refusal({ ...health, version: evil })).not.toMatch(/\n\n/);
    const shown = refusal(apiCall('aws.iam', { ...created, userIdentity: evil }));
    expect(shown).toMatch(/detail\.userIdentity: Invalid type/);
    expect(shown).not.toMatch(/\n\n/);
    expect(shown.length).toBeLessThan(1_000);
  });
});

/** Whether any input gives a signal, a reason, or an InputError. */
function survives(event: unknown): boolean {
  try {
    const read = parseSignal(event, CONTEXT);
    if ('ignored' in read) return read.ignored.length < 500;
    return (
      read.text.length < 1_000 && /^[\w.:-]{1,128}$/.test(read.id) && Number.isFinite(Date.parse(read.at))
    );
  } catch (error) {
    return error instanceof InputError && error.problems.length > 0;
  }
}

describe('any input', () => {
  it('is a signal, is ignored, or is an InputError', () => {
    fc.assert(fc.property(fc.jsonValue(), survives));
  });

  it('may have any detail', () => {
    const detail = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(...events), detail, (event, fields) =>
        survives({ ...event, detail: fields }),
      ),
    );
  });

  it('may have any one field replaced', () => {
    const paths = events.flatMap((event) => pathsIn(event).map((path) => ({ event, path })));
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), ({ event, path }, value) =>
        survives(replaced(event, path, value)),
      ),
      { numRuns: 1_000 },
    );
  });
});

function pathsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (value === null || typeof value !== 'object') return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, [...path, name]))];
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  const inner = value as Record<string, unknown>;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...(value as unknown[])]
    : { ...inner };
  (copy as Record<string, unknown>)[name] = replaced(inner[name], rest, by);
  return copy;
}
