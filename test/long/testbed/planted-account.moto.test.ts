import { StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { activeAccessKeys, readAccount, runningInstances } from '../../../lab/testbed/account-reader.ts';
import { type Moto, startMoto } from '../../../lab/testbed/moto.ts';
import { PlantedAccount } from '../../../lab/testbed/planted-account.ts';

let moto: Moto;
let planted: PlantedAccount;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(async () => {
  await moto.stop();
});
beforeEach(async () => {
  await moto.reset();
  planted = new PlantedAccount(moto.url);
});

it('plants machines, groups, spot requests and users; boto3 and the SDK see the same', async () => {
  const ids = await planted.instances('eu-west-1', 5);
  const members = await planted.autoScalingGroup('us-west-2', 'farm', 3);
  const [request] = await planted.spotRequests('eu-west-1', 1);
  const user = await planted.user('mallory', 2);
  const account = await readAccount(moto, { regions: ['eu-west-1', 'us-west-2', 'af-south-1'] });

  const running = [...(await planted.running('eu-west-1')), ...(await planted.running('us-west-2'))];
  expect(new Set(runningInstances(account))).toEqual(new Set(running));
  expect(running).toEqual(expect.arrayContaining([...ids, ...members]));
  expect(account.regions['us-west-2']?.groups).toMatchObject([
    { name: 'farm', min: 3, max: 3, suspended: [] },
  ]);
  expect(account.regions['eu-west-1']?.spotRequests).toEqual([
    { id: request, state: 'active', type: 'persistent' },
  ]);
  const active = new Set(activeAccessKeys(account));
  expect(active).toEqual(new Set(await planted.activeKeys()));
  expect(active).toEqual(new Set(user.accessKeys.map((key) => key.accessKeyId)));
  expect(account.regions['af-south-1']?.instances).toEqual([]);
});

it('protects machines so that stopping or terminating them is refused', async () => {
  const [stoppable = '', unstoppable = ''] = await planted.instances('eu-west-1', 2);
  await planted.protect('eu-west-1', [stoppable], 'DisableApiTermination');
  await planted.protect('eu-west-1', [unstoppable], 'DisableApiStop');
  const ec2 = planted.ec2('eu-west-1');
  const refused = { name: 'OperationNotPermitted' };
  await expect(ec2.send(new StopInstancesCommand({ InstanceIds: [unstoppable] }))).rejects.toMatchObject(
    refused,
  );
  const terminate = new TerminateInstancesCommand({ InstanceIds: [stoppable] });
  await expect(ec2.send(terminate)).rejects.toMatchObject(refused);
  await ec2.send(new StopInstancesCommand({ InstanceIds: [stoppable] }));
  expect(await planted.running('eu-west-1')).toEqual([unstoppable]);
});

it('forgets everything on reset', async () => {
  await planted.instances('eu-west-1', 1);
  await planted.user('mallory', 1);
  await moto.reset();
  expect(await planted.running('eu-west-1')).toEqual([]);
  expect(await planted.activeKeys()).toEqual([]);
});
