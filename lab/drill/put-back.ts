import { join } from 'node:path';
import { AutoScalingClient, DeleteAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { EC2Client, ModifyInstanceAttributeCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { bundleCli } from '../../build/bundle/cli-bundle.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { INTRUDER } from '../intruder/intruder.ts';
import { startCommandLine } from '../simulation/command-line.ts';
import { runningInstances } from '../testbed/account-reader.ts';
import { INTRUDERS_GROUPS } from './incident.ts';
import { type Access, readOverTheWire } from './read-account.ts';
import { bold, count, dollars, frame, say } from './screen.ts';
import type { AttackedAccount, Check, StoredReport } from './setup.ts';
import type { Simulation } from './simulation.ts';

const PROTECTED = /'(i-[0-9a-f]{17})'.*'(disableApi\w+)'/;
const OUTPUT_LINES = 12;
const MINUTE_MS = 60_000;
/** A refused call for a hundred machines takes a hundred tokens, of which 20 come back a second. */
const PAUSE_MS = 15_000;
const AFTERWARDS_MS = 3 * MINUTE_MS;

/** First the owner terminates the intruder's machines, since `restore` starts whatever the incident stopped. */
export async function putBack(
  simulation: Simulation,
  attacked: AttackedAccount,
  { incident }: StoredReport,
): Promise<Check[]> {
  const { deployment, access } = simulation;
  const { conductor, account } = deployment;
  const { owner } = attacked;
  const terminated = await terminateStrangers(simulation, attacked);
  await conductor.runTo(account.timeline.now() + AFTERWARDS_MS);
  say(`The owner terminates the ${count(terminated, 'machine')} of the intruder, and runs:`);
  say(`${bold('$')} ./killswitch restore ${incident} --yes`);
  const { exitCode, stdout, stderr } = await killswitch(simulation, ['restore', incident, '--yes']);
  frame(exitCode === 0 ? stdout : stderr, OUTPUT_LINES);
  await conductor.runTo(account.timeline.now() + AFTERWARDS_MS);
  const running = runningInstances(await readOverTheWire(access));
  const [back, strangers] = [
    owner.others.ids.filter((id) => running.includes(id)),
    running.filter((id) => id !== owner.instance.id && !owner.others.ids.includes(id)),
  ];
  const rate = account.ledger.usdPerHour((post) => post.owner === INTRUDER);
  return [
    { passed: exitCode === 0, text: `restore ended with exit code ${exitCode}` },
    {
      passed: back.length === owner.others.ids.length,
      text: `${count(back.length, 'machine')} of the owner's run again in ${owner.others.region}`,
    },
    {
      passed: strangers.length === 0 && rate === 0,
      text: `${strangers.length} other machines run; the intruder spends ${dollars(rate)} an hour`,
    },
  ];
}

/** As a person does it in the console: deletes groups, and removes protection where it refuses. @returns how many. */
async function terminateStrangers(
  { access, deployment }: Simulation,
  { owner }: AttackedAccount,
): Promise<number> {
  // The owner's work takes no time here, and without time no request bucket fills again.
  const pause = () => deployment.conductor.runTo(deployment.account.timeline.now() + PAUSE_MS);
  await pause();
  const owners = new Set([owner.instance.id, ...owner.others.ids]);
  const { regions } = await readOverTheWire(access);
  for (const { region, name } of INTRUDERS_GROUPS) {
    const autoScaling = new AutoScalingClient({ ...access, region });
    // Deleted, not emptied: `restore` gives an existing group its size again.
    await autoScaling.send(
      new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true }),
    );
    autoScaling.destroy();
  }
  await pause();
  let total = 0;
  for (const [region, { instances }] of Object.entries(regions)) {
    const strangers = instances.filter(({ id, state }) => state !== 'terminated' && !owners.has(id));
    const ids = strangers.map(({ id }) => id);
    if (ids.length === 0) continue;
    await terminate(access, region, ids, pause);
    total += ids.length;
  }
  return total;
}

async function terminate(
  access: Access,
  region: string,
  InstanceIds: string[],
  pause: () => Promise<void>,
): Promise<void> {
  const ec2 = new EC2Client({ ...access, region });
  try {
    for (;;) {
      const refused = await ec2.send(new TerminateInstancesCommand({ InstanceIds })).then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      if (!refused) return;
      // EC2 refuses all in a zone for one that is protected, and names it and the protection.
      const [, InstanceId, attribute] = PROTECTED.exec(refused.message) ?? [];
      if (refused.name !== 'OperationNotPermitted' || !InstanceId) throw refused;
      const protection = attribute === 'disableApiStop' ? 'DisableApiStop' : 'DisableApiTermination';
      const off = { InstanceId, [protection]: { Value: false } };
      await ec2.send(new ModifyInstanceAttributeCommand(off));
      await pause();
    }
  } finally {
    ec2.destroy();
  }
}

/** The command line as npx runs it: the bundle in a process of its own, in the account's time, with the owner's key. */
async function killswitch({ deployment, access, timeServer }: Simulation, args: readonly string[]) {
  const { server, conductor } = deployment;
  const folder = temporaryFolder('killswitch-drill-');
  try {
    const { outdir, file } = await bundleCli(join(folder.path, 'dist'));
    const { credentials } = access;
    const surroundings = { timeServer, credentials, endpoint: server.url, home: folder.path };
    return await conductor.runUntil(startCommandLine(join(outdir, file), args, surroundings).ended);
  } finally {
    folder.remove();
  }
}
