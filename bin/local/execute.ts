import { GLOBAL } from '../../lambda/core/model.ts';
import { ofOtherAccounts } from '../../lambda/core/policy/exemption.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import type { Report, ReportedGap } from '../../lambda/core/report/report-document.ts';
import type { Request } from '../../lambda/core/verdict/trigger.ts';
import { newRun } from '../../lambda/engine/deps.ts';
import { run } from '../../lambda/engine/run.ts';
import type { Identity } from '../../lambda/shell/sources/identity.ts';
import { dim, inform, print, say } from '../terminal/console.ts';
import { interruptedExitCode } from '../terminal/interruption.ts';
import { plain } from '../terminal/lines.ts';
import { noAnswer } from './caller.ts';
import type { LocalRun } from './local-run.ts';

/** Why, in the report of a fire that a person asked for. */
export const FIRED_BY_HAND = 'a person fired it by hand';

/**
 * Runs the engine on this machine.
 * @param commandFlags what leads `restore` to this journal
 * @throws InputError when no call anywhere was answered: no network, or an endpoint that is not there.
 */
export async function execute(
  here: LocalRun,
  policy: Policy,
  journal: string | undefined,
  action: Request,
  commandFlags = '',
): Promise<Report> {
  const reason = action === 'fire' ? FIRED_BY_HAND : 'a person asked for a plan';
  introduce(here, policy);
  const trigger = { source: 'cli' as const, id: newRun(here.clock.now()), action, reason };
  try {
    const report = await run({ ...here.deps(policy, journal), commandFlags }, trigger);
    if (here.clients.answered === 0) throw noAnswer(causeIn(report));
    return report;
  } finally {
    here.end();
  }
}

/** Why no call was answered. Those that we ended ourselves, once nothing was to be hoped for, do not know. */
export function causeIn({ gaps }: Pick<Report, 'gaps'>): ReportedGap | undefined {
  const causes = gaps.filter(({ code }) => code !== 'AbortError');
  // A time limit says less than whatever refused a connection.
  return causes.find(({ code }) => code !== 'TimeoutError') ?? causes[0] ?? gaps[0];
}

/** The first line: whose account this is, and who asks. */
function introduce(here: LocalRun, policy: Policy): void {
  const regions = policy.onlyRegions.size > 0 ? [...policy.onlyRegions].join(', ') : 'all enabled regions';
  const iam = policy.excludeRegions.has(GLOBAL) ? '' : ` and ${GLOBAL} IAM`;
  const except = policy.excludeRegions.size > 0 ? `, except ${[...policy.excludeRegions].join(', ')}` : '';
  const tell = ({ caller, gap, inTheEnd }: Identity) => {
    if (here.clients.deadline.aborted) return; // already over
    if (caller.arn?.includes(':assumed-role/') && caller.exemptKeys.size === 0 && !caller.exemptUser)
      say(
        'you act as a role: if you assumed it with an access key, spare that key with --allow-key, or it is disabled',
      );
    if (gap) say(`account unknown: ${gap.error}: until STS has answered, no key and no user is touched`);
    else inform(`account ${caller.account}, as ${caller.arn}, ${regions}${iam}${except}`);
    for (const { entry } of caller.account ? ofOtherAccounts(policy.allow, caller.account) : [])
      say(`${plain(entry)} is of another account than ${caller.account}, and spares nothing here`);
    inTheEnd?.then(tell, () => {}); // never rejects
  };
  here.identity.then(tell, () => {}); // an error is said by the run itself
}

/**
 * The result on stdout: the whole document, or a screen in the words of the kinds. What it needs is loaded only here: a
 * person may have asked for a fire.
 * @param found what the run has found, if it ran here; without it only ids are known
 */
export async function showReport(
  report: Report,
  json: boolean,
  next: readonly string[],
  { clock, found }: Pick<LocalRun, 'clock'> & Partial<Pick<LocalRun, 'found'>>,
): Promise<void> {
  if (json) print(JSON.stringify(report, null, 2));
  else {
    const [{ allKinds }, { knownOf }, { reportScreen }] = await Promise.all([
      import('../../lambda/kinds/all.ts'),
      import('../screen/known.ts'),
      import('../screen/report-screen.ts'),
    ]);
    const known = await knownOf(found?.values() ?? [], allKinds);
    print(reportScreen(report, allKinds, known, clock.now()));
  }
  // --quiet leaves out what is good to know, and never the way back.
  const tell = report.undo === undefined && interruptedExitCode() === undefined ? inform : say;
  for (const line of next) tell(dim(line));
}
