import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../../build/package.ts';
import { type Ministack, startMinistack } from '../../../lab/testbed/ministack.ts';
import { budgetMessage } from '../../../simulated-aws/services/budgets/budget-message.ts';
import { proposalsIn } from '../../cli/proposals.ts';
import { COVERAGE } from '../../docs/command-coverage.ts';
import { Person } from './person.ts';

const ACCOUNT = '123456789012';
const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' };
const SETTINGS = { email: 'owner@example.com', monthlyBudgetUsd: 50, homeRegions: ['us-east-1'] };
const FORWARDED = 'eu-central-1';

let ministack: Ministack;
let person: Person;
beforeAll(async () => {
  ministack = await startMinistack({ tls: true });
  const list = ['ls-files', '-co', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: PACKAGE_ROOT, encoding: 'utf8' }).trim().split('\n');
  person = new Person(
    files.filter((file) => existsSync(join(PACKAGE_ROOT, file))),
    ministack,
  );
  for (const name of ['its-name', 'you']) person.profile(name, ROOT);
  await person.types('npm run --silent prepare');
});
afterAll(async () => {
  person?.remove();
  await ministack?.stop();
});

/** An AWS CLI command as JSON. */
async function aws<T>(command: string): Promise<T> {
  const { code, text } = await person.types(`aws ${command} --output json`);
  if (code !== 0) throw new Error(`aws ${command}: ${text}`);
  return JSON.parse(text || 'null') as T;
}
const running = async (): Promise<string[]> =>
  (
    await aws<string[]>(
      "ec2 describe-instances --query 'Reservations[].Instances[?State.Name==`running`][].InstanceId'",
    )
  ).toSorted((a, b) => a.localeCompare(b));
const keysOf = async (user: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await aws<[string, string][]>(
      `iam list-access-keys --user-name ${user} --query 'AccessKeyMetadata[].[AccessKeyId,Status]'`,
    ),
  );
const settings = (more: object = {}) =>
  writeFileSync(
    join(person.clone, 'killswitch.config.json'),
    JSON.stringify({ ...SETTINGS, allow: { users: ['owner'] }, ...more }),
  );
const output = async (name: string): Promise<string> =>
  (
    await aws<string[]>(
      `cloudformation describe-stacks --stack-name Killswitch --query "Stacks[0].Outputs[?OutputKey=='${name}'].OutputValue"`,
    )
  )[0] ?? '';
const problems = async (): Promise<string[]> => {
  const { text } = await person.types('./killswitch status --json 2>/dev/null');
  return (JSON.parse(text) as { problems: string[] }).problems;
};
const proposed = (lines: readonly string[], pattern: RegExp): string =>
  lines.map((line) => pattern.exec(line)?.[0]).find((found) => found !== undefined) ?? 'nothing is proposed';
const incidentIn = (text: string): string => /ks-\d{8}-\d{6}-\w+/.exec(text)?.[0] ?? 'none';
const well = { code: 0 };
/** The function goes by the real time: on a slow machine it may say that its journal was late, which is 3. */
const BY_FUNCTION = [0, 3];

describe('an emergency with nothing deployed', () => {
  let machines: string[];
  let key: string;

  it('stops what runs, and disables the key', async () => {
    await person.follows('node --version');
    await person.follows('export AWS_PROFILE=its-name');
    await person.follows('aws sts get-caller-identity');
    await aws('ec2 run-instances --image-id ami-12345678 --instance-type m5.large --count 3');
    await aws('iam create-user --user-name mallory');
    key = (await aws<{ AccessKey: { AccessKeyId: string } }>('iam create-access-key --user-name mallory'))
      .AccessKey.AccessKeyId;
    machines = await running();
    expect(machines).toHaveLength(3);

    const plan = await person.follows('./killswitch plan');
    expect(plan).toMatchObject(well);
    expect(await running()).toEqual(machines);
    const fire = await person.follows('./killswitch fire', { answers: [ACCOUNT] });
    expect(fire).toMatchObject(well);
    expect(fire.text).toContain('It is clean now, in what was examined');
    expect(await running()).toEqual([]);
    expect(await keysOf('mallory')).toEqual({ [key]: 'Inactive' });
  });

  it('puts back what was the owner’s', async () => {
    const incident = incidentIn((await person.follows('./killswitch incidents')).text);
    const fill = { 'ks-…': incident };
    await person.follows('./killswitch restore ks-… --dry-run', { fill });
    expect(await running()).toEqual([]);
    const restored = await person.follows('./killswitch restore ks-…', { fill, answers: [incident] });
    expect(restored).toMatchObject(well);
    expect(await running()).toEqual(machines);
    await person.follows('./killswitch restore ks-… --user alice', {
      fill: { ...fill, alice: 'mallory' },
      answers: [incident],
    });
    expect(await keysOf('mallory')).toEqual({ [key]: 'Inactive' });
    await person.follows('./killswitch restore ks-… --key AKIA…', {
      fill: { ...fill, 'AKIA…': key },
      answers: [incident],
    });
    expect(await keysOf('mallory')).toEqual({ [key]: 'Active' });
  });
});

describe('the deployed switch', () => {
  it('is deployed, and says what comes next', async () => {
    await person.follows('npx cdk bootstrap aws://ACCOUNT-ID/us-east-1 --app ""', {
      fill: { 'ACCOUNT-ID': ACCOUNT },
    });
    await person.follows('cp killswitch.config.sample.json killswitch.config.json');
    settings();
    await person.follows('export AWS_PROFILE=you');
    await person.follows('export NODE_EXTRA_CA_CERTS=its-certificate.pem', {
      fill: { 'its-certificate.pem': ministack.certificate ?? '' },
    });
    const deployed = await person.follows('npx cdk deploy', { answers: ['y'] });
    expect(deployed).toMatchObject(well);
    expect(deployed.text).toContain('Subscription Confirmation" to owner@example.com');
    for (const next of proposalsIn(await output('NextStep')))
      expect(BY_FUNCTION).toContain((await person.types(next)).code);
    await person.follows('./killswitch status');
    await person.follows('./killswitch test-alarm', { codes: BY_FUNCTION });
  });

  it('takes an announcement of the owner’s own work', async () => {
    const answers = ['yes'];
    const allowed = await person.follows(
      './killswitch allow 20usd --for 3h --region us-west-2 --reason "training run"',
      { answers },
    );
    expect(allowed).toMatchObject(well);
    const { text } = await person.follows('./killswitch allow --list');
    const id = /allow-\d[\w-]+/.exec(text)?.[0] ?? 'none';
    const ended = await person.follows('./killswitch allow --end allow-20260131-235959-1f3a', {
      fill: { 'allow-20260131-235959-1f3a': id },
      answers,
    });
    expect(ended).toMatchObject(well);
  });

  it('fires by an alarm of Budgets, as its own role may under enforcement, and is undone', async () => {
    const machines = await running();
    ministack.spend(200);
    const alarm = budgetMessage({
      account: ACCOUNT,
      name: await output('BudgetName'),
      limitUsd: 50,
      actualUsd: 200,
    });
    writeFileSync(join(person.clone, 'message.json'), alarm.Message);
    await aws(
      `sns publish --topic-arn ${await output('AlarmTopicArn')} --subject Budgets --message file://message.json`,
    );
    let incident = 'none';
    await expect
      .poll(
        async () => {
          incident = incidentIn((await person.types('./killswitch incidents')).text);
          return (await running()).length;
        },
        { timeout: 600_000, interval: 5_000 },
      )
      .toBe(0);
    expect(Object.values(await keysOf('mallory'))).toEqual(['Inactive']);
    await expect
      .poll(async () => (await person.types(`./killswitch restore ${incident} --yes --all-keys`)).code, {
        timeout: 600_000,
        interval: 5_000,
      })
      .toBe(0);
    expect(await running()).toEqual(machines);
    ministack.spend(0);
  });

  it('fires by hand, from here and by the AWS CLI alone', async () => {
    await person.follows('./killswitch fire --deployed', { answers: [ACCOUNT], codes: BY_FUNCTION });
    expect(await running()).toEqual([]);
    const emergency = await person.types(await output('EmergencyCommand'));
    expect(emergency.text).toContain('202');
  });
});

describe('what somebody took away', () => {
  it('mail that nobody gets any more comes back by the line of status', async () => {
    const topic = await output('ReportTopicArn');
    const [subscription] = await aws<string[]>(
      `sns list-subscriptions-by-topic --topic-arn ${topic} --query "Subscriptions[?Protocol=='email'].SubscriptionArn"`,
    );
    await aws(`sns unsubscribe --subscription-arn ${subscription}`);
    const line = proposed(await problems(), /aws sns subscribe .*/);
    await person.types(line.replace('you@example.com', SETTINGS.email));
    expect(await problems()).toEqual([]);
  });

  it('code that was replaced comes back with another word, and not without', async () => {
    const name = await output('FunctionName');
    const code = () =>
      aws<string>(`lambda get-function --function-name ${name} --query Configuration.CodeSha256`);
    const ours = await code();
    await person.types(
      'echo "export const handler = async () => ({});" > index.mjs && python3 -m zipfile -c other.zip index.mjs',
    );
    await aws(`lambda update-function-code --function-name ${name} --zip-file fileb://other.zip`);
    const replaced = await code();
    expect(replaced).not.toBe(ours);
    await person.follows('npx cdk deploy', { answers: ['y'] });
    expect(await code()).toBe(replaced);
    await person.follows('npx cdk deploy -c killswitch:replaceCode=2026-11-27', { answers: ['y'] });
    expect(await code()).not.toBe(replaced);
    expect(await problems()).toEqual([]);
  });

  it('a deleted rule does not come back by a deployment alone, and does by uninstalling first', async () => {
    await aws(`events delete-rule --force --name Killswitch-tamper-function`);
    await person.follows('npx cdk deploy', { answers: ['y'] });
    // The option reaches CloudFormation, which alone knows what it does: the emulator takes no notice of it.
    expect(await person.follows('npx cdk deploy --revert-drift', { answers: ['y'] })).toMatchObject(well);
    expect((await problems()).join()).toContain('Killswitch-tamper-function');

    const bucket = await output('JournalBucketName');
    const gone = await person.follows('./killswitch uninstall', { answers: [ACCOUNT] });
    expect(gone).toMatchObject(well);
    expect(gone.text).toContain(bucket);
    await person.follows('./killswitch status', { codes: [4] });
    expect(await aws<string[]>("s3api list-buckets --query 'Buckets[].Name'")).toContain(bucket);
    settings({ guard: { forwardFrom: [FORWARDED] } });
    expect(await person.follows('npx cdk deploy --all', { answers: ['y', 'y'] })).toMatchObject(well);
    expect(await problems()).toEqual([]);
  });
});

describe('the end', () => {
  const stacksIn = (region: string) =>
    aws<string[]>(
      `cloudformation list-stacks --region ${region} --query "StackSummaries[?StackStatus!='DELETE_COMPLETE' && StackName!='CDKToolkit'].StackName"`,
    );

  it('takes settings on the command line, and then uninstalls without any, in every region', async () => {
    rmSync(join(person.clone, 'killswitch.config.json'));
    const deployed = await person.follows(
      'npx cdk deploy -c email=me@example.com -c monthlyBudgetUsd=50 -c allow.accessKeys=AKIA…,AKIA…',
      {
        fill: {
          'me@example.com': SETTINGS.email,
          'AKIA…,AKIA…': 'AKIAIOSFODNN7TESTKEY,AKIAIOSFODNN7KEYTEST',
        },
        answers: ['y'],
      },
    );
    expect(deployed).toMatchObject(well);
    expect(await stacksIn(FORWARDED)).toEqual([`Killswitch-forward-${FORWARDED}`]);
    expect(await person.follows('./killswitch uninstall', { answers: [ACCOUNT] })).toMatchObject(well);
    expect([...(await stacksIn('us-east-1')), ...(await stacksIn(FORWARDED))]).toEqual([]);
    await person.follows('./killswitch uninstall', { codes: [4] });
  });

  it('takes a profile by its name, and a key from the environment', async () => {
    expect(await person.follows('eval "$(./killswitch completion bash)"')).toMatchObject(well);
    const { text: refused } = await person.follows('./killswitch plan --profile work', { codes: [2] });
    expect(refused).toContain('its-name');
    await person.follows('export AWS_ACCESS_KEY_ID=AKIA… AWS_SECRET_ACCESS_KEY=…', {
      fill: { 'AKIA…': ROOT.accessKeyId, '…': ROOT.secretAccessKey },
    });
    const { code, text } = await person.types('unset AWS_PROFILE; ./killswitch plan');
    expect([code, text]).toEqual([0, expect.stringContaining(`account ${ACCOUNT}`)]);
  });

  it('has followed every command that the documents promise', () => {
    const promised = Object.keys(COVERAGE).filter((command) => COVERAGE[command] === 'first-hour');
    expect(promised.filter((command) => !person.ran.has(command))).toEqual([]);
  });
});
