import type { AwsCall } from '../testbed/aws-call.ts';
import type { RecordingProxy } from '../testbed/proxy.ts';
import type { Incident } from './incident.ts';
import { count, cyan, dim, say } from './screen.ts';

const ENDS_MACHINES = new Set(['StopInstances', 'TerminateInstances']);

/** Tells what the function does while it does it, from the calls that pass by on their way to moto. */
export function watch(proxy: RecordingProxy, incident: Incident, startedAt: number): void {
  const running = new Map([...incident.instances].map(([region, ids]) => [region, new Set(ids)]));
  const active = new Set(incident.keyIds);
  const at = () => cyan(`+${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(8));
  let quiet = 0;

  proxy.onCall = (call, phase) => {
    if (phase !== 'after' || call.status !== 200) return;
    if (ENDS_MACHINES.has(call.operation)) machinesEnded(call);
    else if (call.operation === 'UpdateAccessKey' && call.parameters['Status'] === 'Inactive') keyEnded(call);
    else if (call.operation === 'UpdateAutoScalingGroup')
      say(`${at()}  ${call.region.padEnd(15)} group ${call.parameters['AutoScalingGroupName']} scaled to 0`);
  };

  function machinesEnded(call: AwsCall): void {
    const left = running.get(call.region);
    if (!left || left.size === 0) return;
    for (const [name, id] of Object.entries(call.parameters))
      if (/^InstanceId\.\d+$/.test(name)) left.delete(String(id));
    if (left.size > 0) return;
    quiet += 1;
    const machines = count(incident.instances.get(call.region)?.size ?? 0, 'machine');
    say(
      `${at()}  ${call.region.padEnd(15)} quiet  ${dim(`${machines}; ${quiet} of ${running.size} regions`)}`,
    );
  }

  function keyEnded(call: AwsCall): void {
    if (!active.delete(String(call.parameters['AccessKeyId'])) || active.size > 0) return;
    say(
      `${at()}  ${'IAM'.padEnd(15)} dark   ${dim(`the last of ${incident.keyIds.size} keys of ${incident.users} users`)}`,
    );
  }
}
