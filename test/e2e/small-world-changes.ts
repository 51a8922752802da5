import type { JournalRecord } from '../../lambda/core/journal.ts';
import type { Verb } from '../../lambda/core/model.ts';
import { leftIn, REGION, type Snapshot } from './small-world.ts';

/** What must not be there after containment. */
export function remains(account: Snapshot, mode: 'stop' | 'terminate'): string[] {
  const { instances, keys } = leftIn(account);
  const onlyStopped = Object.entries(account.instances).filter(([, { state }]) => state === 'stopped');
  return [
    ...instances.map((id) => `${id} runs`),
    ...keys.map((id) => `${id} is active`),
    ...(mode === 'terminate' ? onlyStopped.map(([id]) => `${id} is only stopped`) : []),
  ];
}

export type Change = Pick<JournalRecord, 'kind' | 'scope' | 'id' | 'verb'>;
export const changeText = ({ kind, id, verb }: Change) => `${verb} of ${kind} ${id}`;

/** Every difference between two states of the account, as the change that makes it. Instances launched since are none. */
export function changesBetween(before: Snapshot, after: Snapshot): Change[] {
  const change = (kind: string, scope: string, id: string, verb: Verb): Change => ({ kind, scope, id, verb });
  const instances = Object.entries(before.instances).flatMap(([id, was]) => {
    const is = after.instances[id];
    const instance = (verb: Verb) => change('ec2-instance', REGION, id, verb);
    if (was.state === 'terminated') return [];
    if (!is || is.state === 'terminated') return [instance('terminate')];
    return [
      ...(was.state === is.state ? [] : [instance('stop')]),
      ...(was.stopProtected === is.stopProtected && was.terminationProtected === is.terminationProtected
        ? []
        : [instance('unprotect')]),
    ];
  });
  const groups = Object.entries(before.groups).flatMap(([name, { sizes, suspended }]) => {
    const is = after.groups[name];
    const group = (verb: Verb) => change('ec2-auto-scaling-group', REGION, name, verb);
    return [
      ...(is?.sizes.join() === sizes.join() ? [] : [group('scale-in')]),
      ...(is?.suspended.join() === suspended.join() ? [] : [group('suspend')]),
    ];
  });
  const users = Object.entries(before.users).flatMap(([name, { keys, policies }]) => [
    ...(after.users[name]?.policies.join() === policies.join()
      ? []
      : [change('iam-user', 'global', name, 'deny')]),
    ...Object.keys(keys)
      .filter((id) => after.users[name]?.keys[id] !== keys[id])
      .map((id) => change('iam-access-key', 'global', id, 'disable')),
  ]);
  return [...instances, ...groups, ...users];
}
