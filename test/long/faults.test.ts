import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Moto, startMoto } from '../../testbed/moto.ts';
import { FaultGround, TROUBLES, type Trouble } from '../e2e/fault-trial.ts';
import { bundleEngineProcess } from '../e2e/killable-engine.ts';

/** bench/systematic-faults.ts lets every operation go wrong in every way; these are the ones that cost most. */
let moto: Moto;
let engine: Awaited<ReturnType<typeof bundleEngineProcess>>;
let ground: FaultGround;

beforeAll(async () => {
  [moto, engine] = await Promise.all([startMoto(), bundleEngineProcess()]);
  ground = await FaultGround.start(moto, engine.file, '222222222220');
});
afterAll(async () => {
  await ground.stop();
  await moto.stop();
  engine.remove();
});

const ec2 = (operation: string) => ({ service: 'ec2', operation });
const iam = (operation: string) => ({ service: 'iam', operation });
const trouble = (name: string): Trouble => {
  const found = TROUBLES.find((each) => each.name === name);
  if (!found) throw new Error(`no trouble is called ${name}`);
  return found;
};

test.each([
  [ec2('DescribeInstances'), '500 always', 'named'],
  [ec2('StopInstances'), 'access denied', 'named'],
  [ec2('ModifyInstanceAttribute'), 'garbage', 'named'],
  [iam('UpdateAccessKey'), '500 always', 'named'],
] as const)(
  '%o: %s is %s, costs no neighbour, and restore puts everything back',
  async (operation, name, verdict) => {
    const result = await ground.trial('stop', operation, trouble(name));
    expect(result).toMatchObject({ verdict });
  },
);
