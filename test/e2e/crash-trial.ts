import type { JournalRecord } from '../../lambda/core/journal.ts';
import { listIncidents, readIncident } from '../../lambda/shell/incident-records.ts';
import { FolderStore } from '../../lambda/shell/store.ts';
import type { Moto } from '../../testbed/moto.ts';
import { type RecordingProxy, startProxy } from '../../testbed/proxy.ts';
import { temporaryFolder } from '../../testbed/temporary-folder.ts';
import { KillableEngine, type Moment, momentsOf, momentText } from './killable-engine.ts';
import { plantSmallWorld, type SmallWorld } from './small-world.ts';
import { type Change, changesBetween, changeText, remains } from './small-world-changes.ts';

export interface TrialResult {
  /** Processes that were killed; one whose run ended before its moment came was not. */
  readonly kills: number;
  /** The next run ended clean, and nothing was left. */
  readonly converged: boolean;
  /** It called the account clean, and something was left. */
  readonly silent: boolean;
  /** What was changed and is not in the journal, or did not come back. */
  readonly undoLost: readonly string[];
  readonly problems: readonly string[];
}

type Mode = 'stop' | 'terminate';

/** When to kill a run, and when the restore that follows it. */
export interface Kill {
  readonly fire?: Moment;
  readonly restore?: Moment;
}

/** One trial for a moment of each kind, as long as there are any. */
export const paired = (fire: readonly Moment[], restore: readonly Moment[]): Kill[] =>
  Array.from({ length: Math.max(fire.length, restore.length) }, (_, at) => ({
    ...(fire[at] ? { fire: fire[at] } : {}),
    ...(restore[at] ? { restore: restore[at] } : {}),
  }));

export const killText = ({ fire, restore }: Kill): string =>
  [fire && momentText(fire), restore && `${momentText(restore)} of the restore`].filter(Boolean).join(', ');

/** One account in which a run is killed, again and again: what a restore brings back is the next trial's start. */
export class CrashGround {
  private constructor(
    private readonly engine: KillableEngine,
    readonly proxy: RecordingProxy,
    private readonly world: SmallWorld,
  ) {}

  static async start(moto: Moto, bundled: string, account: string): Promise<CrashGround> {
    const [proxy, world] = await Promise.all([startProxy(moto.url), plantSmallWorld(moto, account)]);
    return new CrashGround(new KillableEngine(bundled, proxy, world.credentials), proxy, world);
  }

  /** The moments of a run that nobody kills, and of the restore after it. */
  async moments(mode: Mode): Promise<{ readonly fire: Moment[]; readonly restore: Moment[] }> {
    const folder = temporaryFolder('killswitch-journal-');
    try {
      const { result, stderr } = await this.engine.fire(mode, folder.path);
      if (!result?.clean)
        throw new Error(`an undisturbed run was not clean: ${JSON.stringify(result)} ${stderr}`);
      const fire = momentsOf(this.proxy.calls);
      await this.engine.putBack(result.incident, folder.path);
      const restore = momentsOf(this.proxy.calls);
      if (mode === 'terminate') await this.world.replant();
      return { fire, restore };
    } finally {
      folder.remove();
    }
  }

  /** Kills a run and then the restore, or only one of them, and judges what the next runs make of it. */
  async trial(mode: Mode, killed: Kill): Promise<TrialResult> {
    const folder = temporaryFolder('killswitch-journal-');
    const store = new FolderStore(folder.path);
    try {
      const before = await this.world.snapshot();
      let kills = 0;
      if (killed.fire) {
        const { result } = await this.engine.fire(mode, folder.path, { killAt: killed.fire });
        if (!result) kills += 1;
      }
      const { result: report, exitCode, stderr } = await this.engine.fire(mode, folder.path);
      const contained = await this.world.snapshot();
      const problems = [
        ...remains(contained, mode),
        ...(exitCode === 0 ? [] : [`exit code ${exitCode}: ${JSON.stringify(report?.gaps)} ${stderr}`]),
      ];
      const incidents = await listIncidents(store);
      const records = (
        await Promise.all(incidents.map(({ incident }) => readIncident(store, incident)))
      ).flatMap((read) => read.records);
      const unrecorded = changesBetween(before, contained).filter((change) => !isRecorded(change, records));

      for (const { incident } of incidents) {
        if (killed.restore) {
          const { result } = await this.engine.putBack(incident, folder.path, killed.restore);
          if (!result) kills += 1;
        }
        await this.engine.putBack(incident, folder.path);
      }
      const after = await this.world.snapshot();
      const lost = changesBetween(before, after).filter(
        (change) => mode === 'stop' || change.kind !== 'ec2-instance',
      );
      if (mode === 'terminate') await this.world.replant();
      return {
        kills,
        converged: problems.length === 0,
        silent: report?.clean === true && remains(contained, mode).length > 0,
        undoLost: [
          ...unrecorded.map((change) => `not in the journal: ${changeText(change)}`),
          ...lost.map((change) => `did not come back: ${changeText(change)}`),
        ],
        problems: [...problems, ...(incidents.length > 1 ? [`${incidents.length} incidents`] : [])],
      };
    } finally {
      folder.remove();
    }
  }

  async stop(): Promise<void> {
    await this.world.stop();
    await this.proxy.stop();
  }
}

/** A machine that was to be terminated was stopped first; a member goes with its group when that scales in. */
function isRecorded({ kind, scope, id, verb }: Change, records: readonly JournalRecord[]): boolean {
  const verbs = records.filter((each) => each.kind === kind && each.scope === scope && each.id === id);
  if (verbs.some((each) => each.verb === verb || (verb === 'stop' && each.verb === 'terminate'))) return true;
  const holds = ({ before: { members } }: JournalRecord) => Array.isArray(members) && members.includes(id);
  return records.some((each) => each.verb === 'scale-in' && holds(each));
}
