import { DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { newRun } from '../../lambda/engine/deps.ts';
import { run } from '../../lambda/engine/run.ts';
import { HOME, TickSetup } from '../tripwire/tick-setup.ts';

/** A simulated account in which the engine runs as the command line has it run: in this process, on virtual time. */
export class FiredAccount extends TickSetup {
  /** One run in the home region to its end. @param limitMs the run's time limit in virtual milliseconds */
  fire(change: Partial<Policy> = {}, limitMs?: number): Promise<Report> {
    const policy = { ...DEFAULT_POLICY, onlyRegions: new Set([HOME]), ...change };
    const limited = limitMs === undefined ? {} : { clients: this.clients(limitMs) };
    const deps = this.deps({ policy, newRun: () => newRun(this.now), ...limited });
    const trigger = { source: 'cli', id: newRun(this.now), action: 'fire', reason: 'a test' } as const;
    return this.during(run(deps, trigger));
  }
}
