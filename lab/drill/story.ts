import { accountChecks, functionChecks } from './checks.ts';
import { INTRUDERS_GROUPS, INTRUDERS_USERS, machinesIn, OTHERS, totalProtected } from './incident.ts';
import { bold, chapter, check, count, dim, dollars, fact, frame, green, red, say } from './screen.ts';
import type { Aftermath, AttackedAccount, Check, DrillSetup } from './setup.ts';

const MAIL_LINES = 34;
/** Of the mails after the first. */
const LATER_MAIL_LINES = 9;
const LOG_LINES = 20;
const LOG_WIDTH = 400;

/** The whole incident, from a quiet account to a clean one. @returns whether all checks passed. */
export async function tell(setup: DrillSetup): Promise<boolean> {
  say(`\n  ${bold('Killswitch drill')}  ${dim(setup.about)}`);
  const attacked = await setup.plant();
  tellOf(attacked);

  chapter(setup.turn);
  const aftermath = await setup.contain(attacked);

  const failed = aftermath.attempts.at(-1)?.error;
  if (failed) throw new Error(`the function failed: ${failed.errorMessage}`);

  chapter('The mail');
  for (const [at, { subject, text }] of aftermath.mails.entries())
    frame(`Subject: ${subject}\n\n${text}`, at === 0 ? MAIL_LINES : LATER_MAIL_LINES);

  chapter(`What is left, ${setup.readBy}`);
  const reports = await setup.reports(attacked);
  const [report] = reports;
  if (!report) throw new Error('no run left a report beside its journal');
  let allPassed = show([
    ...accountChecks(await setup.read(), attacked),
    ...setup.judge(reports, attacked, aftermath),
    ...functionChecks(aftermath.attempts),
    ...aftermath.checks,
  ]);
  if (allPassed && setup.takeApart) {
    chapter('Somebody takes the kill switch apart');
    allPassed = show(await setup.takeApart(attacked));
  }
  if (allPassed && setup.putBack) {
    chapter('The owner gets everything back');
    allPassed = show(await setup.putBack(attacked, report));
  }
  conclude(allPassed, aftermath);
  return allPassed;
}

function tellOf({ incident, owner, outputs, deployedBy, limitUsd, spentUsd }: AttackedAccount): void {
  chapter('The account');
  fact(
    'the owner',
    `${owner.instance.id} in ${owner.instance.region}, ${owner.keyId}: both on the allowlist`,
  );
  fact('', `${count(OTHERS.count, 'machine')} in ${OTHERS.region} that are not on it`);
  fact(
    'the intruder',
    `${count(machinesIn(incident), 'machine')} in ${incident.instances.size} regions, one of them opted in`,
  );
  fact('', INTRUDERS_GROUPS.map(({ name, size }) => `group ${name} of ${size}`).join(', '));
  fact(
    '',
    `${totalProtected('termination')} with termination protection, ${totalProtected('stop')} with stop protection`,
  );
  fact('', `${INTRUDERS_USERS.length} users with ${incident.keyIds.size} access keys`);
  chapter(`The stack, ${deployedBy}`);
  fact('function', outputs.FunctionName);
  fact('budget', `${outputs.BudgetName}: ${dollars(spentUsd)} spent of ${dollars(limitUsd)}`);
}

function show(checks: readonly Check[]): boolean {
  for (const { passed, text } of checks) check(passed, text);
  return checks.every(({ passed }) => passed);
}

function conclude(allPassed: boolean, { conclusion, attempts }: Aftermath): void {
  say();
  say(
    allPassed ? `${green('Contained')}: ${conclusion}` : red('Something went wrong: see the lines with ✗.'),
  );
  if (!allPassed) for (const line of lastOf(attempts)) say(dim(line));
  say();
}

const lastOf = (attempts: Aftermath['attempts']): string[] =>
  attempts.flatMap(({ log }) => log.map((line) => line.slice(0, LOG_WIDTH))).slice(-LOG_LINES);
