import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Moto } from '../../lab/testbed/moto.ts';
import { PLANTER } from '../../lab/testbed/planted-account.ts';
import { DESCRIPTION_PREFIX, forwardingDescription, forwardingStackName } from '../../lib/stack-names.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';
import { Cli, signedWith } from './cli-process.ts';

const HOME = 'eu-central-1';
const OTHER = 'us-east-1';
const OURS = `${DESCRIPTION_PREFIX}stops an AWS bill.`;

let moto: Moto;
let cli: Cli;
beforeAll(async () => {
  moto = await emptyMoto();
  cli = await Cli.build(signedWith(PLANTER, moto.url));
});
beforeEach(() => moto.reset());
afterAll(async () => {
  cli.remove();
  await moto.stop();
});

const cloudFormation = (region: string) =>
  new CloudFormationClient({ endpoint: moto.url, region, credentials: PLANTER });

async function deploy(region: string, StackName: string, Description: string): Promise<void> {
  const Resources = { Journal: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' } };
  const TemplateBody = JSON.stringify({ Description, Resources });
  await cloudFormation(region).send(new CreateStackCommand({ StackName, TemplateBody }));
}

const isThere = (region: string, StackName: string): Promise<boolean> =>
  cloudFormation(region)
    .send(new DescribeStacksCommand({ StackName }))
    .then(
      () => true,
      () => false,
    );

it('finds the kill switch in whatever region it is, and deletes it with what forwards to it', async () => {
  await deploy(HOME, 'Killswitch', OURS);
  await deploy(OTHER, forwardingStackName('Killswitch', OTHER), forwardingDescription(HOME));
  const { code, stdout } = await cli.run(['uninstall', '--yes', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    stacks: [
      { name: 'Killswitch', region: HOME, deleted: true, stays: [expect.any(String)] },
      { name: 'Killswitch-forward-us-east-1', region: OTHER, deleted: true },
    ],
    unasked: [],
  });
  expect(code).toBe(0);
  expect(await isThere(HOME, 'Killswitch')).toBe(false);
  expect(await isThere(OTHER, 'Killswitch-forward-us-east-1')).toBe(false);
});

it("leaves another kill switch's forwarding alone, and a stack that is not ours", async () => {
  await deploy(HOME, 'Killswitch', OURS);
  await deploy(OTHER, forwardingStackName('Killswitch', OTHER), forwardingDescription('eu-west-1'));
  expect((await cli.run(['uninstall', '--yes'])).code).toBe(0);
  expect(await isThere(OTHER, 'Killswitch-forward-us-east-1')).toBe(true);

  await deploy(HOME, 'Shop', 'everything that I have');
  const refused = await cli.run(['uninstall', '--yes', '--stack', `${HOME}/Shop`]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is not a kill switch')]);
  expect(await isThere(HOME, 'Shop')).toBe(true);
});

it('asks which one, where two regions have one, and says so where none has', async () => {
  for (const region of [HOME, OTHER]) await deploy(region, 'Killswitch', OURS);
  const which = await cli.run(['uninstall', '--yes']);
  expect([which.code, which.stderr]).toEqual([2, expect.stringContaining(`--stack ${OTHER}/Killswitch`)]);
  expect((await cli.run(['uninstall', '--yes', '--stack', `${HOME}/Killswitch`])).code).toBe(0);
  expect(await isThere(OTHER, 'Killswitch')).toBe(true);
  expect((await cli.run(['uninstall', '--yes', '--stack', `${HOME}/Killswitch`])).code).toBe(4);
});
