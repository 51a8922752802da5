import type { Mode } from '../account/planted.ts';
import { type Disturbance, isKill } from './disturbance.ts';

/**
 * What a tick finds. `quiet`: nothing · `fires`: an attack that no tick has seen yet · `holds`: an open incident, and
 * machines that came since the last tick · `exposed`: a key that AWS has quarantined · `daily`: the self-check is due.
 */
export type Situation = 'quiet' | 'fires' | 'holds' | 'exposed' | 'daily';

/** What goes wrong in one account: with the run that the alarm starts, with the restore after it, or both. */
export interface FaultCase {
  readonly mode: Mode;
  /** Where a tick is disturbed instead of the alarm's run: what that tick finds. */
  readonly tick?: Situation;
  readonly fire?: Disturbance;
  readonly restore?: Disturbance;
}

/**
 * `recovered`: clean, or put back, in spite of it · `reported`: somebody was told what went wrong · `killed`: the
 * process could tell nothing any more, and the next one is judged · `not reached`: the moment never came, so that
 * nothing was tried · `silent`: nobody was told · `too much left`: more is left than the operation explains. The last
 * three are defects.
 */
export type Verdict = 'recovered' | 'reported' | 'killed' | 'not reached' | 'silent' | 'too much left';

export interface Judged {
  readonly verdict: Verdict;
  readonly detail: string;
}

export const NOT_REACHED: Judged = { verdict: 'not reached', detail: 'the moment never came' };
export const KILLED: Judged = { verdict: 'killed', detail: '' };

export const isDefect = ({ verdict }: Judged): boolean =>
  ['not reached', 'silent', 'too much left'].includes(verdict);

export interface FaultCaseResult {
  /** How the disturbed run ended. */
  readonly fire?: Judged;
  readonly restore?: Judged;
  /** What the next run, which nothing disturbed, left although it called the account clean. */
  readonly silentAfter: readonly string[];
  /** Why that run says that it was not clean, or why the last restore was not. */
  readonly notClean: readonly string[];
  /** What was changed and is not recorded, or did not come back. */
  readonly undoLost: readonly string[];
  /** Records that only the function's log held. */
  readonly fromLog: number;
  readonly seconds: number;
}

/** Those in which an operation of that name is disturbed; other disturbances are left out of them. */
export const onlyWith = (cases: readonly FaultCase[], name: string): FaultCase[] =>
  cases.flatMap(({ fire, restore, ...what }) => {
    const [one, other] = [isAbout(fire, name), isAbout(restore, name)];
    if (!one && !other) return [];
    return [{ ...what, ...(fire && one ? { fire } : {}), ...(restore && other ? { restore } : {}) }];
  });

const isAbout = (disturbance: Disturbance | undefined, name: string): boolean =>
  disturbance !== undefined &&
  (isKill(disturbance) ? disturbance.killAt : disturbance.operation).operation === name;

/** So many of the cases, spread evenly over all. */
export const spread = (cases: readonly FaultCase[], count: number): FaultCase[] =>
  cases.filter(
    (_, at) => Math.floor((at * count) / cases.length) !== Math.floor(((at - 1) * count) / cases.length),
  );
