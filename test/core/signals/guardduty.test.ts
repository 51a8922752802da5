import { describe, expect, it } from 'vitest';
import { ACCOUNT, parse, refusal, type SampleEvent, sample } from './samples.ts';

const envelope = { ...sample('guardduty-event'), account: ACCOUNT };
const found = sample<Record<string, unknown>>('guardduty-ec2-finding');
const event = (finding: object): SampleEvent =>
  ({ ...envelope, detail: { ...found, ...finding } }) as SampleEvent;

describe('a finding', () => {
  it('of mining is a threat', () => {
    expect(
      parse(
        event({
          type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
          severity: 8,
          title: 'Bitcoin-related domain name queried by EC2 instance i-05746eb48123455e0.',
        }),
      ),
    ).toEqual({
      kind: 'threat',
      id: '16afba5c5c43e07c9e3e5e2e544e95df-2017-10-31T23:16:23.824Z',
      at: '2017-10-31T23:16:23Z',
      region: 'us-east-1',
      text:
        'GuardDuty sees cryptocurrency being mined on the instance i-05746eb48123455e0 in us-east-1: ' +
        'Bitcoin-related domain name queried by EC2 instance i-05746eb48123455e0 ' +
        '(CryptoCurrency:EC2/BitcoinTool.B!DNS, severity 8 of 10).',
      type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
      severity: 8,
    });
  });

  it('of stolen credentials names the user and the key', () => {
    const resource = { accessKeyDetails: { userName: 'testuser', accessKeyId: 'ASIASZ4SI7REEEXAMPLE' } };
    expect(
      parse(event({ type: 'UnauthorizedAccess:IAMUser/TorIPCaller', title: null, resource })),
    ).toMatchObject({
      text:
        'GuardDuty suspects that somebody else uses the credentials of testuser (key ASIASZ4SI7REEEXAMPLE) ' +
        'in us-east-1 (UnauthorizedAccess:IAMUser/TorIPCaller, severity 5 of 10).',
    });
  });

  it('with few fields is still a threat', () => {
    const { accountId, region, id } = found;
    const detail = { accountId, region, id, type: 'CryptoCurrency:Lambda/BitcoinTool.B', severity: 8 };
    expect(parse({ ...envelope, detail })).toMatchObject({ kind: 'threat', at: '1970-01-01T00:00:00Z' });
  });

  it('that is updated is a new signal', () => {
    const type = 'CryptoCurrency:EC2/BitcoinTool.B';
    const ids = ['2017-10-31T23:16:23.824Z', '2017-10-31T23:36:23.824Z'].map((updatedAt) =>
      parse(event({ type, updatedAt })),
    );
    expect(ids[0]).not.toMatchObject({ id: (ids[1] as { id: string }).id });
  });
});

describe('finding types', () => {
  it.each([
    'CryptoCurrency:EC2/BitcoinTool.B',
    'CryptoCurrency:Runtime/BitcoinTool.B!DNS',
    'CryptoCurrency:Lambda/BitcoinTool.B',
    'Impact:EC2/BitcoinDomainRequest.Reputation',
    'Impact:Runtime/CryptoMinerExecuted',
    'Impact:IAMUser/CostHarvesting',
    'AttackSequence:IAM/CompromisedCredentials',
    'AttackSequence:EC2/CompromisedInstanceGroup',
    'Policy:IAMUser/RootCredentialUsage',
    'Policy:IAMUser/ShortTermRootCredentialUsage',
    'CredentialAccess:IAMUser/AnomalousBehavior',
    'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS',
    'UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B',
    'PenTest:IAMUser/KaliLinux',
    'Stealth:IAMUser/CloudTrailLoggingDisabled',
  ])('%s is a threat', (type) => {
    expect(parse(event({ type }))).toMatchObject({ kind: 'threat', type });
  });

  it.each([
    'Canary:EC2/Stateless.IntegTest',
    'Recon:EC2/PortProbeUnprotectedPort',
    'UnauthorizedAccess:EC2/SSHBruteForce',
    'Policy:S3/BucketBlockPublicAccessDisabled',
    'Policy:IAMUser/Something',
    'Stealth:IAMUser/PasswordPolicyChange',
    'Impact:Kubernetes/MaliciousIPCaller',
    'Execution:Runtime/ReverseShell',
  ])('%s is not', (type) => {
    expect(parse(event({ type }))).toEqual({ ignored: expect.stringContaining(type) as string });
  });
});

describe('a finding that is no signal', () => {
  const type = 'CryptoCurrency:EC2/BitcoinTool.B';
  const iam = sample<{ service: object; title: string }>('guardduty-iam-sample-finding');
  it.each([
    ['a sample', { ...iam, service: { ...iam.service, archived: false } }, /sample/],
    ['a sample, by its title', { type, title: '[SAMPLE] Bitcoin-related domain name queried.' }, /sample/],
    [
      'a sample, in the form of the API',
      { type, service: { additionalInfo: { type: 'default', value: '{"sample":true}' } } },
      /sample/,
    ],
    ['archived', { type, service: { archived: true } }, /archived/],
    ["another account's", { type, accountId: '210987654321' }, /210987654321/],
  ])('%s', (_, finding, words) => {
    expect(parse(event(finding))).toEqual({ ignored: expect.stringMatching(words) as string });
  });
});

it.each([
  [{ severity: '8' }, /detail\.severity: must be a number/],
  [{ severity: 11 }, /detail\.severity: must be at most 10/],
  [{ type: undefined }, /detail\.type/],
  [{ id: '' }, /detail\.id: must not be empty/],
  [{ region: 'the moon' }, /detail\.region: must be a region/],
  [{ updatedAt: '2026-02-31' }, /detail\.updatedAt: must be a time/],
  [{ service: { archived: 'no' } }, /detail\.service\.archived: must be true or false/],
])('a malformed finding is refused: %j', (finding, words) => {
  expect(refusal(event(finding))).toMatch(words);
});
