import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLANTER } from '../../lab/testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../../lab/testbed/proxy.ts';
import { REFUSED_UNREAD } from '../cli/bad-input-rows.ts';
import { Cli, signedWith } from '../cli/cli-process.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';

const READS = /^(Describe|List|Get)/;

let proxy: RecordingProxy;
let cli: Cli;

beforeAll(async () => {
  proxy = await startProxy((await emptyMoto()).url);
  cli = await Cli.build(signedWith(PLANTER, proxy.url));
});

afterAll(async () => {
  cli.remove();
  await proxy.stop();
});

describe.concurrent('bad input: a message, exit code 2, and nothing is changed', () => {
  it.each(REFUSED_UNREAD)('%s', async (_title, args, message) => {
    const { code, stdout, stderr } = await cli.run(args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(proxy.calls.filter(({ operation }) => !READS.test(operation))).toEqual([]);
  });
});
