import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fromLines } from '../../lambda/core/journal.ts';
import type { RecordedCall } from '../../simulated-aws/core/service.ts';
import { type SimulatedCli, simulatedCli } from './simulated-cli.ts';

const REGIONS = ['--region', 'us-east-1', '--region', 'eu-west-1'];
const MINUTE_MS = 60_000;

let cli: SimulatedCli;
afterEach(() => cli.stop());

const attacked = () =>
  simulatedCli(({ ec2, iam }) => {
    for (const region of ['us-east-1', 'eu-west-1'])
      ec2.launch(region, { type: 'm5.large', count: 2, launchedBy: 'mallory', tags: { Name: 'miner' } });
    iam.createUser('mallory');
    iam.createAccessKey('mallory');
  });

/** What is true when all that was begun has come to its end. */
async function outcome() {
  const { account, conductor } = cli;
  await conductor.runTo(account.timeline.now() + 10 * MINUTE_MS);
  const mallory = [...account.iam.users()].find(({ name }) => name === 'mallory');
  return {
    states: [...account.ec2.instances()].map(({ state }) => state),
    keys: mallory?.keys.map(({ status }) => status),
  };
}

/** Resolves when such a call has arrived. */
const arrival = (wanted: (call: RecordedCall) => boolean) =>
  new Promise<void>((resolve) => {
    cli.endpoint.onCall = (call, phase) => {
      if (phase === 'before' && wanted(call)) resolve();
    };
  });

/** Starts a command whose first such call in Europe hangs; the other calls have had their answers. */
async function hanging(operation: string, args: readonly string[]) {
  const { endpoint, conductor, account } = cli;
  endpoint.rules.add({ when: { operation, region: 'eu-west-1', atMost: 1 }, fault: { kind: 'hang' } });
  const hangs = arrival((call) => call.operation === operation && call.region === 'eu-west-1');
  const command = cli.start(args);
  await conductor.runUntil(hangs);
  await conductor.runTo(account.timeline.now() + 4_000);
  return command;
}

it('an output that is gone ends neither a fire nor a restore, and a plan does not fail', async () => {
  cli = await attacked();
  expect((await cli.run(['plan', ...REGIONS], 'both')).exitCode).toBe(0);
  expect((await cli.run(['fire', '--yes', ...REGIONS], 'both')).exitCode).toBe(0);
  expect(await outcome()).toEqual({ states: Array(4).fill('stopped'), keys: ['Inactive'] });
  const { stdout } = await cli.run(['incidents', '--json']);
  const [{ incident }] = (JSON.parse(stdout) as { incidents: [{ incident: string }] }).incidents;
  expect((await cli.run(['restore', incident, '--yes', '--all-keys'], 'both')).exitCode).toBe(0);
  expect(await outcome()).toEqual({ states: Array(4).fill('running'), keys: ['Active'] });
});

it('undo records that neither the journal nor anybody on stderr takes are kept in a file', async () => {
  cli = await attacked();
  const noFolder = join(cli.home, 'a-file');
  writeFileSync(noFolder, '');
  const { exitCode } = await cli.run(['fire', '--yes', ...REGIONS, '--journal', noFolder], 'both');
  expect(exitCode).toBe(3);
  const state = join(cli.home, 'killswitch');
  const [file = ''] = readdirSync(state).filter((name) => name.startsWith('unread-'));
  const kept = fromLines(readFileSync(join(state, file), 'utf8')).records;
  const machines = kept.filter(({ kind }) => kind === 'ec2-instance').map(({ id }) => id);
  expect(new Set(machines)).toEqual(new Set([...cli.account.ec2.instances()].map(({ id }) => id)));
});

describe('a signal in the middle of a fire', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: it says what is done, what is not, and which commands go on', async (signal, exitCode) => {
    cli = await attacked();
    const fire = await hanging('StopInstances', ['fire', '--yes', ...REGIONS]);
    fire.signal(signal);
    await fire.says('interrupted: no further change begins');
    const ended = await cli.conductor.runUntil(fire.ended);
    expect(ended.stdout).toContain('2 instances stopped (disks are kept) in us-east-1');
    expect(ended.stdout).toMatch(
      /NOT STOPPED\n( {2,4}.*\n)*? {2}- ec2-instance i-\w+ and i-\w+ \(eu-west-1\)/,
    );
    expect(ended.stdout).toMatch(/^ {4}us-east-1 {2}i-\w+ {2}miner {2}m5\.large {2}\d+ min {2}\$0\.10\/h$/m);
    expect(ended.stdout).toMatch(/\nSAVED \$0\.19 an hour, .*Still bills: \$0\.21 an hour \(2 machines\)/);
    expect(ended.stdout).not.toContain('It is clean now');
    expect(ended.stderr).toMatch(/To go on: \.\/killswitch fire --region us-east-1 --region eu-west-1\n/);
    expect(ended.stderr).toMatch(/Undo: \.\/killswitch restore ks-[\w-]+\n/);
    expect(ended.exitCode).toBe(exitCode);
    expect((await outcome()).states.filter((state) => state === 'stopped')).toHaveLength(2);
  });

  it('SIGHUP: it goes on to the end', async () => {
    cli = await attacked();
    const fire = await hanging('StopInstances', ['fire', '--yes', ...REGIONS]);
    fire.signal('SIGHUP');
    await fire.says('the terminal is gone');
    const { exitCode } = await cli.conductor.runUntil(fire.ended);
    expect(await outcome()).toEqual({ states: Array(4).fill('stopped'), keys: ['Inactive'] });
    expect(exitCode).toBe(0);
  });
});

it('a signal in the middle of a restore: it says what is put back, what is not, and which command goes on', async () => {
  cli = await attacked();
  await cli.run(['fire', '--yes', ...REGIONS]);
  await outcome();
  const { stdout } = await cli.run(['incidents', '--json']);
  const [{ incident }] = (JSON.parse(stdout) as { incidents: [{ incident: string }] }).incidents;
  const restore = await hanging('StartInstances', ['restore', incident, '--yes', '--all-keys']);
  restore.signal('SIGTERM');
  await restore.says('interrupted: no further change begins');
  const ended = await cli.conductor.runUntil(restore.ended);
  expect(ended.stdout).toMatch(/PUT BACK\n(.*\n)* {2}us-east-1 +2 instances/);
  expect(ended.stdout).toMatch(/FAILED\n(.*\n)*? {2}eu-west-1 +ec2-instance i-/);
  expect(ended.stderr).toContain(`To try again what failed: ./killswitch restore ${incident} --all-keys\n`);
  expect(ended.exitCode).toBe(143);
});

it('a signal before anything was changed: it says so', async () => {
  cli = await attacked();
  const plan = await hanging('DescribeInstances', ['plan', ...REGIONS]);
  plan.signal('SIGINT');
  const { exitCode, stderr } = await cli.conductor.runUntil(plan.ended);
  expect(stderr).toContain('interrupted: nothing was changed\n');
  expect(exitCode).toBe(130);
});
