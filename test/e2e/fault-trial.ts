import type { Report } from '../../lambda/core/report-document.ts';
import { listIncidents } from '../../lambda/shell/incident-records.ts';
import { FolderStore } from '../../lambda/shell/store.ts';
import type { AwsCall } from '../../testbed/aws-call.ts';
import type { Fault } from '../../testbed/faults.ts';
import type { Moto } from '../../testbed/moto.ts';
import { type RecordingProxy, startProxy } from '../../testbed/proxy.ts';
import { temporaryFolder } from '../../testbed/temporary-folder.ts';
import { KillableEngine } from './killable-engine.ts';
import { leftIn, plantSmallWorld, type SmallWorld, type Snapshot } from './small-world.ts';
import { changesBetween, changeText } from './small-world-changes.ts';

/** What goes wrong with an operation; without `times`, each time. */
export interface Trouble {
  readonly name: string;
  readonly fault: Fault;
  readonly times?: number;
}

export const TROUBLES: readonly Trouble[] = [
  { name: 'throttled once', fault: { kind: 'throttle' }, times: 1 },
  { name: 'throttled 10 times', fault: { kind: 'throttle' }, times: 10 },
  { name: '500 once', fault: { kind: 'server-error' }, times: 1 },
  { name: '500 always', fault: { kind: 'server-error' } },
  { name: 'access denied', fault: { kind: 'access-denied' } },
  { name: 'reset once', fault: { kind: 'reset' }, times: 1 },
  { name: 'reset always', fault: { kind: 'reset' } },
  { name: 'garbage', fault: { kind: 'garbage' } },
  { name: 'hangs once', fault: { kind: 'hang' }, times: 1 },
];

/** A group that cannot be put to rest is fought for as long as there is time. */
const FIGHT_MS = 30_000;

export type Operation = Pick<AwsCall, 'service' | 'operation'>;
type Mode = 'stop' | 'terminate';

export interface FaultResult {
  /** `recovered`: clean in spite of it · `named`: the report says what it cost · the others are defects. */
  readonly verdict: 'recovered' | 'named' | 'silent' | 'neighbours lost' | 'undo lost';
  readonly detail: string;
  readonly seconds: number;
}

/** What an operation that never works may leave: machines, keys, or users without a deny. Others must leave nothing. */
const MAY_LEAVE: Readonly<Record<string, RegExp>> = {
  DescribeInstances: /^i-/,
  StopInstances: /^i-/,
  TerminateInstances: /^i-/,
  DescribeInstanceAttribute: /^i-.* protected/,
  ModifyInstanceAttribute: /^i-.* protected/,
  GetAccountAuthorizationDetails: /^(AKIA|user)/,
  ListAccessKeys: /^(AKIA|user)/,
  UpdateAccessKey: /^AKIA/,
  // The group replaces what is terminated.
  UpdateAutoScalingGroup: /^i-.* of a group/,
  AttachUserPolicy: /^user/,
  // Of whom nobody knows who he is, nobody is denied: keys alone go dark.
  GetCallerIdentity: /^user/,
};

/** One account in which one operation at a time goes wrong. What a restore brings back is the next trial's start. */
export class FaultGround {
  private constructor(
    private readonly engine: KillableEngine,
    private readonly proxy: RecordingProxy,
    private readonly world: SmallWorld,
  ) {}

  static async start(moto: Moto, bundled: string, account: string): Promise<FaultGround> {
    const [proxy, world] = await Promise.all([startProxy(moto.url), plantSmallWorld(moto, account)]);
    return new FaultGround(new KillableEngine(bundled, proxy, world.credentials), proxy, world);
  }

  /** Every operation that an undisturbed run uses. */
  async operations(mode: Mode): Promise<Operation[]> {
    const distinct = new Map<string, Operation>();
    await this.#inNewJournal(mode, async (journal) => {
      await this.engine.fire(mode, journal);
      for (const { service, operation } of this.proxy.calls)
        distinct.set(`${service} ${operation}`, { service, operation });
    });
    return [...distinct.values()];
  }

  async trial(mode: Mode, operation: Operation, trouble: Trouble): Promise<FaultResult> {
    const startedAt = performance.now();
    const { fault, times } = trouble;
    const before = await this.world.snapshot();
    let result: FaultResult | undefined;
    await this.#inNewJournal(mode, async (journal) => {
      this.proxy.rules.add({ when: { ...operation, ...(times ? { atMost: times } : {}) }, fault });
      const ending = await this.engine.fire(mode, journal, {
        timeoutMs: times === 10 ? 2 * FIGHT_MS : FIGHT_MS,
      });
      this.proxy.rules.clear();
      const left = leftovers(await this.world.snapshot(), before, mode);
      const judged = judge(operation, trouble, left, ending);
      result = { ...judged, seconds: (performance.now() - startedAt) / 1000 };
    });
    if (!result) throw new Error('no trial took place');
    const lost = changesBetween(before, await this.world.snapshot()).filter(
      ({ kind }) => mode === 'stop' || kind !== 'ec2-instance',
    );
    if (lost.length === 0) return result;
    const detail = `${result.detail}; not put back: ${lost.map(changeText).join(', ')}`;
    return { ...result, verdict: 'undo lost', detail };
  }

  /** After `work` whatever it left is contained, and everything put back. */
  async #inNewJournal(mode: Mode, work: (journal: string) => Promise<void>): Promise<void> {
    const folder = temporaryFolder('killswitch-journal-');
    await work(folder.path);
    await this.engine.fire(mode, folder.path);
    for (const { incident } of await listIncidents(new FolderStore(folder.path)))
      await this.engine.putBack(incident, folder.path);
    if (mode === 'terminate') await this.world.replant();
    folder.remove();
  }

  async stop(): Promise<void> {
    await this.world.stop();
    await this.proxy.stop();
  }
}

/** Machines, keys and users that are not as they should be, one text each. */
function leftovers(account: Snapshot, before: Snapshot, mode: Mode): string[] {
  const { instances, keys } = leftIn(account);
  const stopped = Object.entries(account.instances).filter(([, { state }]) => state === 'stopped');
  const ofInstance = (id: string) =>
    `${id}${before.instances[id]?.stopProtected ? ' protected' : ''}${account.instances[id]?.group ? ' of a group' : ''}`;
  const undenied = Object.entries(account.users).filter(([, { policies }]) => policies.length === 0);
  return [
    ...instances.map(ofInstance),
    ...(mode === 'terminate' ? stopped.map(([id]) => ofInstance(id)) : []),
    ...keys,
    ...undenied.map(([name]) => `user ${name}`),
  ];
}

function judge(
  { operation }: Operation,
  { times }: Trouble,
  left: readonly string[],
  {
    result: report,
    exitCode,
    stderr,
  }: { readonly result?: Report; readonly exitCode: number | null; readonly stderr: string },
): Omit<FaultResult, 'seconds'> {
  const named = report ? mentions(report) : [stderr.trim().split('\n').at(-1) ?? ''];
  const detail = [`exit ${exitCode}`, ...left.map((each) => `left ${each}`), ...named].join('; ');
  const neighbours = left.filter((each) => !MAY_LEAVE[operation]?.test(each));
  if (neighbours.length > 0) return { verdict: 'neighbours lost', detail };
  const unsaid = report === undefined ? exitCode === 0 : named.length === 0 && (left.length > 0 || !times);
  if (unsaid || (left.length > 0 && exitCode === 0)) return { verdict: 'silent', detail };
  return { verdict: exitCode === 0 && left.length === 0 && times ? 'recovered' : 'named', detail };
}

/** What the report says went wrong. */
const mentions = ({ gaps, actions, spend }: Report): string[] => [
  ...gaps.map(({ kind, code }) => `gap ${kind} ${code}`),
  ...actions
    .filter(({ status }) => status === 'failed')
    .map(({ verb, id, error = '' }) => `failed ${verb} ${id} ${error.slice(0, 60)}`),
  ...('unavailable' in spend ? [`spend ${spend.unavailable.slice(0, 60)}`] : []),
];
