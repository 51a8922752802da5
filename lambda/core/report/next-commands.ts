import { GLOBAL_REGION } from '../regions.ts';
import type { Report } from './report-document.ts';

/** The stack, unless somebody puts a KillSwitch into a stack of another name. */
export const STACK_NAME = 'Killswitch';

/**
 * What leads the command line to a stack from a machine that knows nothing of it; empty where it looks by itself.
 * @returns e.g. ` --stack eu-west-1/Killswitch`
 */
export function flagsOfStack({ stack, region }: { readonly stack: string; readonly region: string }): string {
  if (region !== GLOBAL_REGION) return ` --stack ${region}/${stack}`;
  return stack === STACK_NAME ? '' : ` --stack ${stack}`;
}

/** A report may come from a bucket that an intruder writes to: what is no name must not reach a shell. */
const INCIDENT = /^[\w-]{1,64}$/;

/**
 * The command that puts back what a run changed; undefined where the journal holds nothing to put back: a plan, or a run
 * that opened an incident and changed nothing.
 * @param flags where its journal is, e.g. ` --journal /home/me/undo`
 */
export const undoCommand = (
  { acted, actions, incident, run }: Pick<Report, 'acted' | 'actions' | 'incident' | 'run'>,
  flags: string,
): string | undefined =>
  acted && INCIDENT.test(incident) && (actions.length > 0 || incident !== run)
    ? `./killswitch restore ${incident}${flags}`
    : undefined;

/** What a mail says about the undo; nothing where there is nothing to put back. */
export function undoSteps({ undo, gaps }: Report): string[] {
  if (undo === undefined) return [];
  return gaps.some(({ kind }) => kind === 'journal')
    ? [
        'The undo record, or a part of it, is only in the log, or on stderr where you fired it: docs/journal.md tells how ' +
          `to bring it back. Then put back what was yours: ${undo}`,
      ]
    : [`When you are sure, put back what was yours: ${undo}`];
}
