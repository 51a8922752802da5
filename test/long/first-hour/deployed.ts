import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { budgetMessage } from '../../../simulated-aws/services/budgets/budget-message.ts';
import { proposalsIn } from '../../cli/proposals.ts';
import { ACCOUNT, aws, BY_FUNCTION, incidentIn, keysOf, output, running, settings, story } from './story.ts';

/** From the bootstrap to an alarm, and its undo. */
export function theDeployedSwitch(): void {
  it('is deployed, and says what comes next', async () => {
    await story.person.follows('npx cdk bootstrap aws://ACCOUNT-ID/us-east-1 --app ""', {
      fill: { 'ACCOUNT-ID': ACCOUNT },
    });
    await story.person.follows('cp killswitch.config.sample.json killswitch.config.json');
    settings();
    await story.person.follows('export AWS_PROFILE=you');
    await story.person.follows('export NODE_EXTRA_CA_CERTS=its-certificate.pem', {
      fill: { 'its-certificate.pem': story.ministack.certificate ?? '' },
    });
    const deployed = await story.person.follows('npx cdk deploy', { answers: ['y'] });
    expect(deployed.text).toContain('Subscription Confirmation" to owner@example.com');
    for (const next of proposalsIn(await output('NextStep')))
      expect(BY_FUNCTION).toContain((await story.person.types(next)).code);
    await story.person.follows('./killswitch status');
    await story.person.follows('./killswitch test-alarm', { codes: BY_FUNCTION });
  });

  it('takes an announcement of the owner’s own work', async () => {
    const answers = ['yes'];
    await story.person.follows(
      './killswitch allow 20usd --for 3h --region us-west-2 --reason "training run"',
      { answers },
    );
    const { text } = await story.person.follows('./killswitch allow --list');
    const id = /allow-\d[\w-]+/.exec(text)?.[0] ?? 'none';
    await story.person.follows('./killswitch allow --end allow-20260131-235959-1f3a', {
      fill: { 'allow-20260131-235959-1f3a': id },
      answers,
    });
  });

  it('fires by an alarm of Budgets, as its own role may under enforcement, and is undone', async () => {
    const machines = await running();
    story.ministack.spend(200);
    const alarm = budgetMessage({
      account: ACCOUNT,
      name: await output('BudgetName'),
      limitUsd: 50,
      actualUsd: 200,
    });
    writeFileSync(join(story.person.clone, 'message.json'), alarm.Message);
    await aws(
      `sns publish --topic-arn ${await output('AlarmTopicArn')} --subject Budgets --message file://message.json`,
    );
    let incident = 'none';
    await expect
      .poll(
        async () => {
          const { text } = await story.person.types('./killswitch incidents');
          // Those that were fired from here are in a folder.
          incident = incidentIn(text.split('\n').find((line) => line.includes(' s3://')) ?? '');
          return incident === 'none' ? incident : (await running()).length;
        },
        { timeout: 600_000, interval: 5_000 },
      )
      .toBe(0);
    // A restore in the middle of a fire would be undone by it: its report says that it is over.
    const bucket = await output('JournalBucketName');
    const reports = `s3api list-objects-v2 --bucket ${bucket} --prefix runs/${incident}/report --query 'length(Contents || \`[]\`)'`;
    await expect.poll(() => aws<number>(reports), { timeout: 600_000, interval: 5_000 }).toBe(1);
    expect(Object.values(await keysOf('mallory'))).toEqual(['Inactive']);
    await expect
      .poll(
        async () => (await story.person.types(`./killswitch restore ${incident} --yes --all-keys`)).code,
        {
          timeout: 600_000,
          interval: 5_000,
        },
      )
      .toBe(0);
    expect(await running()).toEqual(machines);
    story.ministack.spend(0);
  });

  it('fires by hand, from here and by the AWS CLI alone', async () => {
    await story.person.follows('./killswitch fire --deployed', { answers: [ACCOUNT], codes: BY_FUNCTION });
    expect(await running()).toEqual([]);
    const emergency = await story.person.types(await output('EmergencyCommand'));
    expect(emergency.text).toContain('202');
  });
}
