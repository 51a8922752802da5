import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMinistack } from '../../../lab/testbed/ministack.ts';
import { COVERAGE } from '../../docs/command-coverage.ts';
import { theDeployedSwitch } from './deployed.ts';
import { anEmergency } from './emergency.ts';
import { Person } from './person.ts';
import { whatSomebodyTookAway } from './repairs.ts';
import { ACCOUNT, aws, FORWARDED, SETTINGS, story } from './story.ts';

const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' };

beforeAll(async () => {
  story.ministack = await startMinistack({ tls: true });
  story.person = new Person(story.ministack);
  for (const name of ['its-name', 'you']) story.person.profile(name, ROOT);
  await story.person.types('npm run --silent prepare');
});
afterAll(async () => {
  story.person?.remove();
  await story.ministack?.stop();
});

describe('an emergency with nothing deployed', anEmergency);
describe('the deployed switch', theDeployedSwitch);
describe('what somebody took away', whatSomebodyTookAway);
describe('the end', () => {
  const stacksIn = (region: string) =>
    aws<string[]>(
      `cloudformation list-stacks --region ${region} --query "StackSummaries[?StackStatus!='DELETE_COMPLETE' && StackName!='CDKToolkit'].StackName"`,
    );

  it('takes settings on the command line, and then uninstalls without any, in every region', async () => {
    rmSync(join(story.person.clone, 'killswitch.config.json'));
    await story.person.follows(
      'npx cdk deploy -c email=me@example.com -c monthlyBudgetUsd=50 -c allow.accessKeys=AKIA…,AKIA…',
      {
        fill: {
          'me@example.com': SETTINGS.email,
          'AKIA…,AKIA…': 'AKIAIOSFODNN7TESTKEY,AKIAIOSFODNN7KEYTEST',
        },
        answers: ['y'],
      },
    );
    expect(await stacksIn(FORWARDED)).toEqual([`Killswitch-forward-${FORWARDED}`]);
    await story.person.follows('./killswitch uninstall', { answers: [ACCOUNT] });
    expect([...(await stacksIn('us-east-1')), ...(await stacksIn(FORWARDED))]).toEqual([]);
    await story.person.follows('./killswitch uninstall', { codes: [4] });
  });

  it('takes a profile by its name, and a key from the environment', async () => {
    await story.person.follows('eval "$(./killswitch completion bash)"');
    const { text: refused } = await story.person.follows('./killswitch plan --profile work', { codes: [2] });
    expect(refused).toContain('its-name');
    await story.person.follows('export AWS_ACCESS_KEY_ID=AKIA… AWS_SECRET_ACCESS_KEY=…', {
      fill: { 'AKIA…': ROOT.accessKeyId, '…': ROOT.secretAccessKey },
    });
    const { code, text } = await story.person.types('unset AWS_PROFILE; ./killswitch plan');
    expect([code, text]).toEqual([0, expect.stringContaining(`account ${ACCOUNT}`)]);
  });

  it('has followed every command that the documents promise', () => {
    const promised = Object.keys(COVERAGE).filter((command) => COVERAGE[command] === 'first-hour');
    expect(promised.filter((command) => !story.person.ran.has(command))).toEqual([]);
  });
});
