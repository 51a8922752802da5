import type { AllKnown, Known } from '../../bin/screen/known.ts';
import { reportScreen } from '../../bin/screen/report-screen.ts';
import { GLOBAL, keyOf, type Outcome, type ResourceRef, type Skip } from '../../lambda/core/model.ts';
import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { composeReport, type ReportInput } from '../../lambda/core/report/report.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { findings, input, outcome, skip } from '../core/report-input.ts';

export const NOW = Date.UTC(2026, 0, 31, 12);
const HOUR_MS = 3_600_000;
export const TRIGGER = {
  source: 'cli',
  id: 'ks-1',
  action: 'plan',
  reason: 'a person asked for a plan',
} as const;

/** What a run would do, and what is known of it. */
export class Findings {
  readonly outcomes: Outcome[] = [];
  readonly skips: Skip[] = [];
  readonly known = new Map<string, Known>();

  constructor(readonly status: Outcome['status'] = 'planned') {}

  change(ref: ResourceRef, verb: Outcome['verb'], known?: Known): this {
    this.outcomes.push(outcome({ ...ref, verb, status: this.status }));
    if (known) this.known.set(keyOf(ref), known);
    return this;
  }

  spare(change: Partial<Skip>, known?: Known): this {
    const made = skip(change);
    this.skips.push(made);
    if (known) this.known.set(keyOf(made), known);
    return this;
  }

  machines(region: string, count: number, known: Known): this {
    for (let at = 0; at < count; at++) {
      const id = `i-${`${this.outcomes.length}`.padStart(17, '0')}`;
      this.change({ kind: 'ec2-instance', scope: region, id }, 'stop', known);
    }
    return this;
  }

  key(user: string, at: number, known: Known): this {
    const id = `AKIAIOSFODNN${user.slice(0, 6).toUpperCase().padEnd(6, 'X')}${`${at}`.padStart(2, '0')}`;
    return this.change({ kind: 'iam-access-key', scope: GLOBAL, id }, 'disable', { ...known, name: user });
  }

  denied(user: string): this {
    return this.change({ kind: 'iam-user', scope: GLOBAL, id: user }, 'deny');
  }

  /** What a person sees of it. */
  screen(change: Partial<ReportInput> = {}, known: Partial<AllKnown> = {}): string {
    const scopes = [GLOBAL, ...DEFAULT_REGIONS].map((scope) =>
      findings({
        scope,
        outcomes: this.outcomes.filter((each) => each.scope === scope),
        skips: this.skips.filter((each) => each.scope === scope),
      }),
    );
    const acted = this.status !== 'planned';
    const report = composeReport(input({ acted, trigger: TRIGGER, scopes, ...change }));
    return reportScreen(report, allKinds, { of: this.known, problems: [], ...known }, NOW);
  }
}

export const ago = (hours: number) => NOW - hours * HOUR_MS;

/** As attackers do it: the same GPU machines in every region, groups that launch them, users of their own. */
export function attack(status: Outcome['status'] = 'planned'): Findings {
  const found = new Findings(status);
  const gpu = { type: 'g4dn.12xlarge', since: ago(2), usdPerHour: 3.912 };
  for (const region of DEFAULT_REGIONS) {
    found.machines(region, 17, gpu);
    found.change({ kind: 'ec2-auto-scaling-group', scope: region, id: `workers-${region}` }, 'suspend', {
      type: 'wants 17',
    });
  }
  found.machines('us-east-1', 3, { name: 'web', type: 't3.small', since: ago(9000), usdPerHour: 0.0208 });
  for (const [at, user] of ['ses-backup', 'support2', 'deploy', 'ann', 'bob'].entries())
    for (const admin of [0, 1].slice(0, at < 3 ? 2 : 1))
      found.key(user, admin, { type: at < 2 ? 'admin' : 'not admin', since: ago(at < 2 ? 3 : 10_000) });
  for (const user of ['ses-backup', 'support2', 'deploy', 'ann', 'bob', 'eve']) found.denied(user);
  found.spare(
    { id: 'i-0mine', reason: 'on the allowlist' },
    { type: 't3.micro', since: ago(100), usdPerHour: 0.0104 },
  );
  found.spare({
    ...{ kind: 'iam-access-key', scope: GLOBAL, id: 'AKIAIOSFODNN7EXAMPLE', skip: 'caller' },
    reason: 'signs this run (user alice)',
  });
  return found;
}
