import { describe, expect, it } from 'vitest';
import { ACCOUNT, KEY, parse, refusal, sample, withDetail } from './samples.ts';

const exposed = sample('health-credentials-exposed', { ACCESS_KEY_ID_HERE: KEY });
const backup = withDetail(sample('health-backup-event'), {
  eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
  affectedEntities: [{ entityValue: KEY }],
});

describe('a key that AWS has found in public', () => {
  it('is a signal that names it', () => {
    expect(parse(exposed)).toEqual({
      kind: 'exposed-key',
      id: '121345678-1234-1234-1234-123456789012',
      at: '2016-06-05T06:27:57Z',
      region: 'global',
      text: `AWS has found the access key ${KEY} in a public place.`,
      accessKeyIds: [KEY],
      users: [],
    });
  });

  it('is the same signal in the backup region', () => {
    const first = { ...backup, id: 'another', region: 'us-east-1' };
    expect(parse(backup)).toMatchObject({ id: '01b0993207d81a09dcd552ebd1e633e36cf1f09a-1' });
    expect(parse(first)).toEqual(parse(backup));
  });

  it('is a signal for each page', () => {
    const page = (number: string, key: string) =>
      withDetail(backup, {
        communicationId: `01b0-${number}`,
        page: number,
        totalPages: '2',
        affectedEntities: [{ entityValue: key }],
      });
    expect(parse(page('1', KEY))).toMatchObject({
      id: '01b0-1',
      accessKeyIds: [KEY],
      text: `AWS has found the access key ${KEY} in a public place (page 1 of 2).`,
    });
    expect(parse(page('2', 'AKIAI44QH8DHBEXAMPLE'))).toMatchObject({
      id: '01b0-2',
      accessKeyIds: ['AKIAI44QH8DHBEXAMPLE'],
    });
  });

  it.each([
    ['AWS_RISK_CREDENTIALS_EXPOSURE_SUSPECTED', /suspects that .* can be read by the public/],
    ['AWS_RISK_CREDENTIALS_COMPROMISED', /somebody else has the access key/],
    ['AWS_RISK_CREDENTIALS_COMPROMISE_SUSPECTED', /suspects that somebody else has the access key/],
    ['AWS_RISK_IAM_QUARANTINE', /restricted what can be done with/],
    ['AWS_RISK_ACCOUNT_CONSOLE_COMPROMISE', /signed in to this account/],
  ])('is a signal, too, as %s', (eventTypeCode, words) => {
    expect(parse(withDetail(exposed, { eventTypeCode }))).toMatchObject({
      kind: 'exposed-key',
      accessKeyIds: [KEY],
      text: expect.stringMatching(words) as string,
    });
  });
});

describe('the keys and users that an event names', () => {
  const named = (detail: Record<string, unknown>) => parse(withDetail(exposed, detail));

  it('are read from names and ARNs, too', () => {
    const entities = [
      'alice',
      `arn:aws:iam::${ACCOUNT}:user/team/bob`,
      ACCOUNT,
      'arn:aws:iam::210987654321:user/eve',
    ];
    expect(named({ affectedEntities: entities.map((entityValue) => ({ entityValue })) })).toMatchObject({
      accessKeyIds: [],
      users: ['bob', 'alice'],
      text: 'AWS has found an access key of the users bob and alice in a public place.',
    });
  });

  it('are read from its description and its metadata', () => {
    expect(
      named({
        affectedEntities: [],
        eventDescription: [{ language: 'en_US', latestDescription: `The key ${KEY} is public. ${KEY}!` }],
        eventMetadata: { iamUserName: 'alice', key: 'AKIAI44QH8DHBEXAMPLE', truncated: 'true' },
      }),
    ).toMatchObject({ accessKeyIds: [KEY, 'AKIAI44QH8DHBEXAMPLE'], users: ['alice'] });
  });

  it('are not read from an address, which an intruder may have chosen', () => {
    const latestDescription = `It was found at https://github.com/x/${KEY} and s3://${KEY}/a.`;
    expect(named({ affectedEntities: [], eventDescription: [{ latestDescription }] })).toMatchObject({
      accessKeyIds: [],
      users: [],
      text: 'AWS has found an access key of this account in a public place.',
    });
  });

  it('are all in the signal, although the text names few', () => {
    const keys = Array.from({ length: 40 }, (_, n) => `AKIA${String(n).padStart(16, '0')}`);
    const signal = named({ affectedEntities: keys.map((entityValue) => ({ entityValue })) });
    expect(signal).toMatchObject({ accessKeyIds: keys });
    expect(signal).toMatchObject({ text: expect.stringContaining('and 37 more') as string });
  });
});

describe('an event of AWS Health that is no signal', () => {
  it.each([
    ['another code', sample('health-instance-retirement'), /not about credentials/],
    [
      'another code, in any region',
      { ...sample('health-instance-retirement'), region: 'eu-west-3' },
      /not about/,
    ],
    [
      'a code like a property',
      withDetail(exposed, { eventTypeCode: 'constructor' }),
      /not about credentials/,
    ],
    [
      'an abuse report',
      { ...sample('health-instance-retirement'), 'detail-type': 'AWS Health Abuse Event' },
      /not about/,
    ],
    ['an event that AWS has closed', withDetail(backup, { statusCode: 'closed' }), /closed/],
    [
      'an event about another account of the organization',
      withDetail(backup, { affectedAccount: '210987654321' }),
      /210987654321/,
    ],
  ])('%s', (_, event, words) => {
    expect(parse(event)).toEqual({ ignored: expect.stringMatching(words) as string });
  });
});

describe('an event about credentials as AWS never sends it', () => {
  it.each([
    [{ ...exposed, region: 'eu-west-3' }, /region: .*us-east-1 and us-west-2.*remove the rule/],
    [withDetail(exposed, { eventTypeCode: undefined }), /detail\.eventTypeCode/],
    [withDetail(exposed, { affectedEntities: 'x' }), /detail\.affectedEntities: must be a list/],
    [withDetail(exposed, { affectedEntities: [{}] }), /detail\.affectedEntities\.0\.entityValue/],
    [withDetail(exposed, { affectedAccount: 'mine' }), /detail\.affectedAccount: .*12 digits/],
  ])('is refused: %#', (event, words) => {
    expect(refusal(event)).toMatch(words);
  });
});
