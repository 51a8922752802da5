import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SettingsInput } from '../../lambda/core/settings.ts';
import type { SimulatedAccount } from '../../simulated-aws/account.ts';
import { proposalsIn, wordsOf } from '../cli/proposals.ts';
import { type SimulatedCli, simulatedCli } from '../cli/simulated-cli.ts';

const MINUTE_MS = 60_000;
const HERE = ['--region', 'us-east-1', '--region', 'eu-west-1'];
/** Commands that ask; there is no terminal here, so that this is the one word that is added. */
const ASKS = ['fire', 'restore', 'allow'];

let cli: SimulatedCli;
afterEach(() => cli.stop());

function attack({ ec2, iam }: SimulatedAccount): void {
  for (const region of ['us-east-1', 'eu-west-1'])
    ec2.launch(region, { type: 'm5.large', count: 2, launchedBy: 'mallory' });
  iam.createUser('mallory');
  iam.createAccessKey('mallory');
}

/** Runs a command, and gives all that it printed. */
async function screen(args: readonly string[]) {
  const { exitCode, stdout, stderr } = await cli.run(args);
  await cli.conductor.runTo(cli.account.timeline.now() + 2 * MINUTE_MS);
  return { exitCode, text: `${stderr}\n${stdout}` };
}

/** Runs a proposed command word for word, from here, and gives what it printed. */
async function follow(command: string) {
  const words = wordsOf(command);
  const asks = ASKS.includes(words[0] ?? '') && !words.includes('--dry-run') && !words.includes('--list');
  const { exitCode, text } = await screen(asks ? [...words, '--yes'] : words);
  // 1 is an error, 2 is bad input; 3 and 4 are findings.
  expect([0, 3, 4], `${command}\n${text}`).toContain(exitCode);
  return { exitCode, text };
}

const only = (text: string, pattern: RegExp): string => {
  const found = proposalsIn(text).filter((command) => pattern.test(command));
  expect(found, text).toHaveLength(1);
  return found[0] ?? '';
};
const running = () =>
  [...cli.account.ec2.instances()].filter(({ state }) => state === 'running').map(({ id }) => id);

describe('with nothing deployed, what is proposed works as printed', () => {
  it('after a plan: the fire that it showed, which spares what it spared', async () => {
    cli = await simulatedCli(attack);
    const [spared = ''] = running();
    const plan = await screen(['plan', ...HERE, '--allow-instance', spared]);
    expect(plan.text).not.toMatch(/^incident /m);
    const fire = only(plan.text, /^\.\/killswitch fire/);
    await follow(fire);
    expect(running()).toEqual([spared]);
  });

  it('after a plan, a dry run and a fire that find nothing', async () => {
    cli = await simulatedCli(() => {});
    for (const command of [['plan'], ['fire', '--dry-run'], ['fire', '--yes']]) {
      const { text } = await screen([...command, ...HERE, '--allow-user', 'owner']);
      const proposed = proposalsIn(text);
      expect(proposed).toHaveLength(1);
      expect(proposed.join()).not.toMatch(/fire|restore/);
      await follow(proposed[0] ?? '');
    }
  });

  it.each([
    ['in the default folder', []],
    ["in a folder of one's own", ['--journal', "my undo's"]],
  ])('after a fire, in its report and below it, with the journal %s', async (_where, flags) => {
    cli = await simulatedCli(attack);
    const all = running();
    const fired = await screen([
      'fire',
      '--yes',
      ...HERE,
      ...flags.map((flag) => (flag === '--journal' ? flag : join(cli.home, flag))),
    ]);
    const restore = only(fired.text, /restore/); // the mail's line and the screen's are the same
    const incidents = await follow(
      `./killswitch incidents${restore.replace(/^\.\/killswitch restore \S+/, '')}`,
    );
    const dryRun = only(incidents.text, /restore/);
    const again = only((await follow(dryRun)).text, /restore/);
    expect(running()).toEqual([]);
    const restored = await follow(again);
    expect(new Set(running())).toEqual(new Set(all));
    const key = [...cli.account.iam.users()].find(({ name }) => name === 'mallory')?.keys[0]?.id ?? '';
    // The one thing to fill in: nothing may propose a key that may be an intruder's.
    const withKey = only(restored.text, /AKIA…$/).replace('AKIA…', key);
    const last = await follow(withKey);
    expect([...cli.account.iam.users()].flatMap(({ keys }) => keys).map(({ status }) => status)).toEqual([
      'Active',
      'Active',
    ]);
    await follow(only(last.text, /plan/));
  });

  it.each([[[]], [['--journal', 'undo']]])(
    'after a fire that did not learn its account (%j)',
    async (flags) => {
      cli = await simulatedCli(attack);
      const all = running();
      cli.endpoint.rules.add({ when: { service: 'sts' }, fault: { kind: 'server-error' } });
      const journal = flags.map((flag) => (flag === '--journal' ? flag : join(cli.home, flag)));
      const fired = await screen(['fire', '--yes', ...HERE, ...journal]);
      expect(running()).toEqual([]);
      cli.endpoint.rules.clear();
      await follow(only(fired.text, /restore/));
      expect(new Set(running())).toEqual(new Set(all));
    },
  );

  it('after a restore in which a step failed, and of an incident that is not there', async () => {
    cli = await simulatedCli(attack);
    const fired = await screen(['fire', '--yes', ...HERE]);
    cli.endpoint.rules.add({
      when: { operation: 'StartInstances', region: 'eu-west-1' },
      fault: { kind: 'access-denied' },
    });
    const failed = await follow(`${only(fired.text, /restore/)} --all-keys`);
    cli.endpoint.rules.clear();
    expect(running()).toHaveLength(2);
    await follow(only(failed.text, /restore/));
    expect(running()).toHaveLength(4);
  });

  it('where no incident and no stack is there', async () => {
    cli = await simulatedCli(() => {});
    await follow(only((await screen(['incidents'])).text, /plan/));
    await follow(only((await screen(['status'])).text, /fire/));
  });

  it('where IAM refuses: the deployed way is named only where it is deployed', async () => {
    cli = await simulatedCli(attack);
    cli.endpoint.rules.add({ when: { service: 'iam' }, fault: { kind: 'access-denied' } });
    const { text } = await screen(['plan', ...HERE]);
    expect(text).toMatch(
      /where a kill switch is deployed, let it do that:\n {4}\.\/killswitch fire --deployed\n/,
    );
  });
});

describe('with a stack that no command finds by itself, what is proposed works as printed', () => {
  const STACK = ['--stack', 'eu-west-1/Killswitch'];
  const settings = {
    email: 'owner@example.com',
    monthlyBudgetUsd: 50,
    region: 'eu-west-1',
    homeRegions: ['us-east-1'],
    allow: { users: ['owner'] },
    tripwire: { everyMinutes: 10 },
  } satisfies SettingsInput;
  const mails = () =>
    cli.account.sns.deliveries
      .filter(
        ({ protocol, topicArn }) =>
          protocol === 'email' && topicArn === cli.deployment?.outputs.ReportTopicArn,
      )
      .map(({ message }) => message);
  /** What `status` asks for beyond what the simulated account plays, it reports as unknown. */
  const acceptUnknown = () => {
    cli.endpoint.notSimulated.length = 0;
  };

  it('by status, test-alarm and allow, and by the mails about an allowance', async () => {
    cli = await simulatedCli(() => {}, settings);
    for (const command of ['status', 'test-alarm'])
      for (const next of proposalsIn((await screen([command, ...STACK])).text)) await follow(next);
    const listed = await screen(['allow', '--list', ...STACK]);
    const allow = only(listed.text, /allow/);
    expect(allow).toContain('allow 25usd --for 3h'); // half of the limit: what the cap leaves
    const end = only((await follow(allow)).text, /allow/);
    await cli.conductor.runTo(cli.account.timeline.now() + 15 * MINUTE_MS);
    await follow(end);
    await cli.conductor.runTo(cli.account.timeline.now() + 15 * MINUTE_MS);
    const proposed = mails().flatMap(proposalsIn);
    expect(proposed.join('\n')).toMatch(/allow --end allow-\S+ --stack eu-west-1/);
    for (const next of new Set(proposed.filter((command) => command !== end))) await follow(next);
    acceptUnknown();
  });

  it('after fire --deployed, by its mail too', async () => {
    cli = await simulatedCli(() => {}, { ...settings, tripwire: { enabled: false } });
    // The name of its user spares no younger key: the command would refuse.
    await cli.conductor.runTo(cli.account.timeline.now() + 24 * 60 * MINUTE_MS);
    attack(cli.account);
    await cli.conductor.runTo(cli.account.timeline.now() + 10 * MINUTE_MS);
    const all = running();
    const fired = await screen(['fire', '--deployed', '--yes', ...STACK]);
    expect(running()).toEqual([]);
    const undo = only(mails().findLast((text) => text.includes('./killswitch restore')) ?? '', /restore/);
    expect(
      only(
        fired.text
          .split('\n')
          .filter((line) => line.startsWith('Undo'))
          .join('\n'),
        /restore/,
      ),
    ).toBe(undo);
    const restored = await follow(undo);
    expect(new Set(running())).toEqual(new Set(all));
    for (const next of proposalsIn(restored.text).filter((command) => !command.includes('…')))
      await follow(next);
    acceptUnknown();
  });

  it('by the warning before the limit, and by a signal', async () => {
    cli = await simulatedCli(({ ec2 }) => {
      ec2.launch('us-east-1', { type: 'm5.4xlarge', count: 3, launchedBy: 'owner' });
    }, settings);
    await cli.conductor.runTo(cli.account.timeline.now() + 60 * MINUTE_MS);
    const warned = mails().find((text) => text.includes('reaches its limit'));
    expect(warned).toBeDefined();
    for (const next of proposalsIn(warned ?? '')) await follow(next);
  });
});
