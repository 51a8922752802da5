import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SimulatedCli, simulatedCli } from './simulated-cli.ts';

const HERE = ['--region', 'eu-west-1'];

let cli: SimulatedCli;
beforeAll(async () => {
  cli = await simulatedCli(({ ec2 }) => {
    ec2.launch('eu-west-1', { type: 'm5.large', count: 1, launchedBy: 'mallory' });
  });
});
afterAll(() => cli.stop());

const running = () => [...cli.account.ec2.instances()].filter(({ state }) => state === 'running').length;

it('--quiet says nothing but the result', async () => {
  const { exitCode, stdout, stderr } = await cli.run(['plan', '--quiet', ...HERE]);
  expect(stderr).toBe('');
  expect(stdout).toContain('WOULD BE STOPPED');
  expect(exitCode).toBe(0);
});

it('--verbose adds nothing where every call goes well', async () => {
  const [plain, verbose] = [await cli.run(['plan', ...HERE]), await cli.run(['plan', '--verbose', ...HERE])];
  const linesOf = ({ stderr }: typeof plain) => stderr.split('\n').toSorted();
  expect(linesOf(verbose)).toEqual(linesOf(plain));
});

it('--verbose names each call that was made again or failed, and why', async () => {
  const { rules } = cli.endpoint;
  rules.add({ when: { operation: 'DescribeInstances', atMost: 1 }, fault: { kind: 'server-error' } });
  rules.add({ when: { operation: 'DescribeSpotInstanceRequests' }, fault: { kind: 'access-denied' } });
  const { stderr, exitCode } = await cli.run(['plan', '--verbose', ...HERE]);
  const lines = stderr.split('\n').map((line) => line.trim());
  const attempts = lines.filter((line) =>
    line.startsWith('attempt 2: EC2 DescribeInstances in eu-west-1, after '),
  );
  expect(attempts).toHaveLength(1);
  expect(lines).toContainEqual(
    expect.stringMatching(/^failed: EC2 DescribeSpotInstanceRequests in eu-west-1: UnauthorizedOperation: /),
  );
  expect(lines.filter((line) => line.startsWith('failed: EC2 DescribeInstances'))).toEqual([]);
  expect(exitCode).toBe(3);
});

it('--account of another account: nothing is changed, and the exit code is 2', async () => {
  const { exitCode, stderr } = await cli.run(['fire', '--yes', '--account', '999999999999', ...HERE]);
  expect(stderr).toMatch(/--account: these credentials are of account \d{12} .*, not of 999999999999/);
  expect(exitCode).toBe(2);
  expect(running()).toBe(1);
});

it('--account where STS gives no answer: nothing is changed either', async () => {
  cli.endpoint.rules.add({ when: { service: 'sts' }, fault: { kind: 'server-error' } });
  const args = ['fire', '--yes', '--account', cli.account.accountId, ...HERE];
  const { exitCode, stderr } = await cli.run(args);
  expect(stderr).toContain('--account: whose account this is, is unknown');
  expect(exitCode).toBe(2);
  expect(running()).toBe(1);
});

it('--quiet never leaves out the command that undoes a fire', async () => {
  const { stderr } = await cli.run(['fire', '--yes', '--quiet', '--no-config', ...HERE]);
  expect(running()).toBe(0);
  expect(stderr).toMatch(/^Undo: \.\/killswitch restore ks-[\d-]+\w+$/m);
});
