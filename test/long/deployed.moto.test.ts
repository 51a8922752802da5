import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../../lab/simulation/killswitch-stack.ts';
import { jsonAnswer, xmlAnswer } from '../../lab/testbed/answers.ts';
import { PLANTER, type PlantedUser } from '../../lab/testbed/planted-account.ts';
import { startTestbed, type Testbed } from '../../lab/testbed/testbed.ts';
import { monthBefore, monthOf } from '../../lambda/core/calendar.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { mayBeLastMonths } from '../../lambda/core/verdict/late-data.ts';
import type { Cli } from '../cli/cli-process.ts';
import { deployWithCli, firedFromHere, keyOf } from '../cli/deployed-cli.ts';
import { ON_FAST_IDLE_TIME } from '../idle-time/preload.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';

const ACCOUNT = '123456789012';
const LIMIT = 50;
/** Over the limit, so that a restore has a floor to leave behind. */
const SPENT = 60;
/** On the first day of a month, Budgets' figure counts for the last one. */
const isFirstDay = mayBeLastMonths(Date.now());
/** The function looks on after a fire, and its estimate counts a cent of what ran. */
const RESTORED = { [(isFirstDay ? monthBefore : monthOf)(Date.now())]: expect.closeTo(SPENT, 1) };

let testbed: Testbed;
let deployment: Deployment;
let cli: Cli;
let sns: SNSClient;
let owner: PlantedUser;
let mallory: PlantedUser;
let instances: string[];

beforeAll(async () => {
  testbed = await startTestbed({ moto: await emptyMoto(), env: { NODE_OPTIONS: ON_FAST_IDLE_TIME } });
  owner = await testbed.account.user('owner', 1);
  mallory = await testbed.account.user('mallory', 1);
  instances = await testbed.account.instances('us-east-1', 2);
  [deployment, cli] = await deployWithCli(testbed, owner, { monthlyBudgetUsd: LIMIT }, SPENT);
  sns = new SNSClient({ endpoint: testbed.moto.url, region: 'us-east-1', credentials: PLANTER });
});

afterEach(() => testbed.proxy.rules.clear());

afterAll(async () => {
  cli.remove();
  await testbed.stop();
});

interface StatusDocument {
  readonly deployed: boolean;
  readonly function: {
    readonly mode: string;
    readonly allow: { readonly accessKeys: readonly string[] };
    readonly budget: { readonly limitUsd: number; readonly firesAtUsd: number };
    readonly incident?: {
      readonly incident: string;
      readonly closedAt?: string;
      readonly restoredUsd?: Readonly<Record<string, number>>;
    };
  };
  readonly problems: readonly string[];
}
const status = async () => {
  const { code, stdout } = await cli.run(['status', '--json']);
  return { code, document: JSON.parse(stdout) as StatusDocument };
};

describe('status', () => {
  it('shows what the function itself knows, and exits 0 when all is well', async () => {
    const { code, document } = await status();
    expect(document.problems).toEqual([]);
    expect(document.function.mode).toBe('stop');
    expect(document.function.allow.accessKeys).toEqual([keyOf(owner).accessKeyId]);
    expect(document.function.budget).toMatchObject({ limitUsd: LIMIT, firesAtUsd: LIMIT, tampering: [] });
    expect(code).toBe(0);
    const { stdout } = await cli.run(['status']);
    expect(stdout).toMatch(/fires next +already over: it fires at the next look/);
    expect(stdout).toContain('No problems found.');
  });

  it('exits 4 while the e-mail address is not confirmed', async () => {
    testbed.proxy.rules.add({
      when: { operation: 'ListSubscriptionsByTopic' },
      fault: {
        kind: 'answer',
        name: 'unconfirmed',
        answer: async (_call, forward) => {
          const { body } = await forward();
          return xmlAnswer(
            body
              .toString()
              .replaceAll(
                /<SubscriptionArn>[^<]*(?=<\/SubscriptionArn>(?:(?!<\/member>)[\s\S])*<Protocol>email<)/g,
                '<SubscriptionArn>PendingConfirmation',
              ),
          );
        },
      },
    });
    const { code, document } = await status();
    expect(document.problems).toEqual([
      expect.stringContaining('report topic to your mailbox: owner@example.com has not confirmed'),
    ]);
    expect(code).toBe(4);
  });

  it('exits 4 when the budget was raised', async () => {
    testbed.proxy.rules.add({
      when: { operation: 'DescribeBudget' },
      fault: {
        kind: 'answer',
        name: 'raised',
        answer: async (_call, forward) => {
          const { Budget } = JSON.parse((await forward()).body.toString()) as { Budget: object };
          return jsonAnswer({ Budget: { ...Budget, BudgetLimit: { Amount: '5000', Unit: 'USD' } } });
        },
      },
    });
    const { code, document } = await status();
    expect(document.problems).toEqual([expect.stringContaining('its limit is $5000.00, not $50.00')]);
    expect(document.function.budget.limitUsd).toBe(LIMIT);
    expect(code).toBe(4);
  });

  it('exits 4 when somebody else may publish alarms, or Budgets may not', async () => {
    const TopicArn = deployment.outputs.AlarmTopicArn;
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    const setPolicy = (AttributeValue: string) =>
      sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
    const original = Attributes?.['Policy'] ?? '';
    await setPolicy(original.replaceAll('budgets.amazonaws.com', 'events.amazonaws.com'));
    const { code, document } = await status();
    await setPolicy(original);
    expect(document.problems).toEqual([
      expect.stringMatching(
        /does not let Budgets of account 123456789012 publish; .*a statement that is not ours/,
      ),
    ]);
    expect(code).toBe(4);
  });

  it('exits 4 when the function does not answer', async () => {
    const { code, stdout } = await cli.run(['status'], { AWS_ENDPOINT_URL_LAMBDA: testbed.mailbox.url });
    expect(stdout).toContain('the function does not answer');
    expect(code).toBe(4);
  });

  it('exits 4 where nothing is deployed, with the command to deploy', async () => {
    const { code, stdout, stderr } = await cli.run(['status', '--stack', 'Another']);
    expect(stdout).toContain('the stack Another is not deployed in account 123456789012');
    expect(stderr).toContain('and npx cdk deploy');
    expect(code).toBe(4);
  });

  it('finds the stack in us-east-1 for an owner who works elsewhere', async () => {
    const { stdout } = await cli.run(['status'], { AWS_REGION: 'eu-west-1' });
    expect(stdout).toContain('Killswitch in us-east-1');
  });
});

describe('test-alarm', () => {
  it('goes through control topic, function and report, and changes nothing', async () => {
    const { code, stdout } = await cli.run(['test-alarm', '--json']);
    const { report, links, notProven } = JSON.parse(stdout) as {
      report: Report;
      links: { link: string; ok: boolean }[];
      notProven: string[];
    };
    expect(report.acted).toBe(false);
    expect(report.trigger.source).toBe('control');
    const stops = report.actions.filter(({ verb }) => verb === 'stop');
    expect(new Set(stops.map(({ id }) => id))).toEqual(new Set(instances));
    expect(links.filter(({ ok }) => !ok)).toEqual([]);
    expect(links.map(({ link }) => link)).toEqual([
      'alarm topic, who may publish',
      'alarm topic to function',
      'control topic to function',
      'the function’s answer',
      'schedule of the tripwire',
      'rules for signals',
      'alarms about the switch itself',
      'last look of the tripwire',
    ]);
    expect(notProven[0]).toContain('Budgets itself may publish');
    expect(code).toBe(0);
    expect(await testbed.account.running('us-east-1')).toHaveLength(2);
    expect(testbed.mailbox.mails.at(-1)?.subject).toContain('TEST, nothing was changed');
  });
});

describe('the deployed allowlist, which an intruder could forge', () => {
  const here = ['--region', 'us-east-1', '--region', 'global'];
  const spares = () => `spares what the stack Killswitch spares: ${keyOf(owner).accessKeyId}`;

  it('is left out where nobody asks for it, and taken by --allow-deployed', async () => {
    expect((await cli.run(['plan', ...here])).stderr).not.toContain('the stack Killswitch');
    const { code, stderr } = await cli.run(['plan', '--allow-deployed', ...here]);
    expect(stderr).toContain(spares());
    expect(code).toBe(0);
  });

  it('is taken by fire only after a person has agreed', async () => {
    const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = keyOf(mallory);
    const other = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
    const agreed = await cli.onTerminal(['fire', ...here], ['yes', 'no'], other);
    expect(agreed.stdout).toContain('can be forged by whoever can change its code');
    expect(agreed.stdout).toContain(spares());
    const declined = await cli.onTerminal(['fire', ...here], ['', 'no'], other);
    expect(declined.stdout).toContain('it is left out');
    expect(declined.stdout).not.toContain(spares());
    const notAsked = await cli.onTerminal(['fire', ...here], ['no']); // the list spares only who calls
    for (const { code, stdout } of [agreed, declined, notAsked]) {
      expect(stdout).toContain(`expected ${ACCOUNT}, got "no"`);
      expect(code).toBe(2);
    }
  });

  it('ends the command, and nothing is changed, where it cannot be read', async () => {
    const unread = { AWS_ENDPOINT_URL_LAMBDA: testbed.mailbox.url };
    const { code, stderr } = await cli.run(['fire', '--yes', '--allow-deployed', ...here], unread);
    expect(stderr).toContain('error: --allow-deployed: the list could not be read');
    expect(code).toBe(2);
  });
});

describe('fire --deployed', () => {
  const invocations = () =>
    testbed.bridge.lambda.invocations.filter(({ event }) => JSON.stringify(event).includes('"fire"'));

  it('refuses flags that the function would not heed, naming each', async () => {
    const flags = [
      '--mode',
      'stop',
      '--allow-key',
      keyOf(mallory).accessKeyId,
      '--region',
      'us-east-1',
      '--dry-run',
      '--no-config',
    ];
    const { code, stderr } = await cli.run(['fire', '--deployed', '--yes', ...flags]);
    for (const flag of ['--mode', '--allow-key', '--region', '--dry-run', '--no-config'])
      expect(stderr).toContain(`error: ${flag}: the deployed function acts by the settings`);
    expect(code).toBe(2);
    expect(invocations()).toEqual([]);
  });

  it('asks, and takes no other word for the account', async () => {
    const { code, stdout } = await cli.onTerminal(['fire', '--deployed'], ['yes']);
    expect(stdout).toContain(`mode stop, spares ${keyOf(owner).accessKeyId}`);
    expect(stdout).toContain(`expected ${ACCOUNT}, got "yes"`);
    expect(code).toBe(2);
    expect(invocations()).toEqual([]);
  });

  it('refuses to lock out a caller whose key is not on the deployed allowlist', async () => {
    const { accessKeyId, secretAccessKey } = keyOf(mallory);
    const { code, stderr } = await cli.run(['fire', '--deployed', '--yes'], {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    expect(stderr).toContain(`${accessKeyId} is not on the deployed allowlist`);
    expect(stderr).toContain('--include-caller');
    expect(code).toBe(2);
    expect(invocations()).toEqual([]);
  });
});

describe.concurrent('an order, and a test at the same time', () => {
  it('fire --deployed lets the function stop everything, follows it, and restore finds its journal', async () => {
    const { code, stdout, stderr } = await cli.run(['fire', '--deployed', '--yes', '--json']);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ account: ACCOUNT, acted: true, clean: true });
    expect(stderr).toContain('us-east-1        at work');
    expect(stderr).toContain(`Undo: ./killswitch restore ${report.incident}`);
    expect(code).toBe(0);
    expect(await testbed.account.running('us-east-1')).toEqual([]);
    expect(await testbed.account.activeKeys()).toEqual([keyOf(owner).accessKeyId]);

    const listed = await cli.run(['incidents']);
    expect(listed.stdout).toMatch(
      new RegExp(`^${report.incident} .* not restored +s3://${deployment.outputs.JournalBucketName}`),
    );

    const restored = await cli.run(['restore', report.incident, '--yes']);
    expect(restored.stdout).toContain('us-east-1        2 instances');
    expect(restored.stderr).toContain(
      "(it runs in us-east-1) should be announced, or its next look may take it for an intruder's; what may be allowed, and how: ./killswitch allow --list",
    );
    expect(restored.code).toBe(0);
    expect(new Set(await testbed.account.running('us-east-1'))).toEqual(new Set(instances));

    // 60 spent + a quarter of the limit: Budgets' next threshold above that is 150 %.
    const { document } = await status();
    expect(document.function.incident).toMatchObject({ incident: report.incident, restoredUsd: RESTORED });
    const { firesAtUsd } = document.function.budget;
    expect(firesAtUsd).toBeCloseTo(isFirstDay ? 50 : 72.5, 1);
    expect((await cli.run(['status'])).stdout).toMatch(
      isFirstDay
        ? /fires next +at \$62\.50/
        : /fires next +at \$72\.50 of this month's spend \(raised by the last restore\)/,
    );
  });

  it('test-alarm says where to look when no report comes', async () => {
    const { Subscriptions = [] } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: deployment.outputs.ControlTopicArn }),
    );
    expect(Subscriptions.map(({ Protocol }) => Protocol).sort()).toEqual(['http', 'lambda']);
    testbed.proxy.rules.add({
      when: { operation: 'Publish', accessKeyId: keyOf(owner).accessKeyId },
      fault: {
        kind: 'answer',
        name: 'lost on the way',
        answer: async () =>
          xmlAnswer(
            '<PublishResponse><PublishResult><MessageId>0</MessageId></PublishResult></PublishResponse>',
          ),
      },
    });
    const { code, stderr } = await cli.run(['test-alarm', '--timeout', '10']);
    expect(stderr).toContain('no report within 10 s');
    expect(stderr).toContain('./killswitch status');
    expect(code).toBe(1);
  });
});

describe('restore of an incident that was fired from here', () => {
  it('tells the deployed function, so that the same money does not fire again', async () => {
    const incident = 'ks-20260101-000000-0000';
    firedFromHere(cli, ACCOUNT, incident);
    const { code, stdout } = await cli.run(['restore', incident, '--yes']);
    expect(stdout).toContain(`Nothing to put back for ${incident}.`);
    expect(code).toBe(0);
    const { document } = await status();
    expect(document.function.incident).toMatchObject({ incident, restoredUsd: RESTORED });
    expect(document.function.incident?.closedAt).toBeDefined();
  });
});
