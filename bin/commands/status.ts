import { Command } from 'commander';
import { replaceCode } from '../../lambda/core/report/repair.ts';
import { checkAlarmPath, checkMail } from '../deployed/alarm-path.ts';
import { type Answer, askOrError } from '../deployed/function.ts';
import { checkGuards } from '../deployed/guards.ts';
import type { Link } from '../deployed/link.ts';
import { checkSight, notSeen } from '../deployed/not-seen.ts';
import { type DeployedStack, findStack, HOW_TO_DEPLOY, stackFlag, stackOption } from '../deployed/stack.ts';
import { budgetProblems, statusLines } from '../deployed/status-lines.ts';
import { tickPath, tripwireProblems } from '../deployed/tripwire-lines.ts';
import { accountOf } from '../local/caller.ts';
import { type Host, localRun } from '../local/local-run.ts';
import { dim, inform, print, say } from '../terminal/console.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { accountFlags } from '../terminal/flags.ts';
import { jsonOption } from '../terminal/options.ts';

interface StatusOptions {
  readonly stack: string;
  readonly json?: boolean;
}

/** Several look-ups at once, and the function's cold start. */
const TIMEOUT_SECONDS = 60;

/** `killswitch status`: whether the deployed kill switch would work, and what it knows. Changes nothing. */
export function statusCommand(host: Host): Command {
  return new Command('status')
    .description(
      'show the deployed kill switch: is it armed, when does it fire, does its mail arrive, what does it not see',
    )
    .addOption(stackOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExit code 0 when all is well, 4 when there is a problem or nothing is deployed.')
    .action((options: StatusOptions) => showStatus(host, options));
}

async function showStatus(host: Host, options: StatusOptions): Promise<void> {
  const here = localRun(host, TIMEOUT_SECONDS);
  try {
    const account = await accountOf(here);
    const stack = await findStack(here, options.stack);
    if (!stack) return showNothingDeployed(options, account);
    const [status, mail, path, guards, sight] = await Promise.all([
      askOrError(here.clients, stack),
      checkMail(here.clients, stack),
      checkAlarmPath(here.clients, stack),
      checkGuards(here.clients, stack),
      checkSight(here.clients, stack),
    ]);
    const now = here.clock.now();
    const tripwire = 'error' in status ? undefined : status.tripwire;
    const links = [...path, mail, ...tickPath(guards, tripwire, stack, now)];
    const problems = problemsOf(stack, status, links, now);
    const findings = { links, problems, notSeen: notSeen(stack, sight, tripwire) };
    if (options.json)
      print(
        JSON.stringify(
          { schemaVersion: 1, account, deployed: true, stack, function: status, ...findings },
          null,
          2,
        ),
      );
    else print(statusLines(stack, status, findings, now));
    const test = `Next: ./killswitch test-alarm${stackFlag(options)}`;
    inform(dim(problems.length > 0 ? `Next: ./killswitch plan${accountFlags()}` : test));
    process.exitCode = problems.length > 0 ? EXIT.problems : EXIT.done;
  } finally {
    here.end();
  }
}

function showNothingDeployed({ stack, json }: StatusOptions, account: string): void {
  const problem = `the stack ${stack} is not deployed in account ${account}: nothing watches its spend`;
  if (json)
    print(JSON.stringify({ schemaVersion: 1, account, deployed: false, problems: [problem] }, null, 2));
  else print(`Not deployed: ${problem}.`);
  say(`Deploy it: ${HOW_TO_DEPLOY}`);
  say(dim(`In an emergency nothing needs to be deployed: ./killswitch fire${accountFlags()}`));
  process.exitCode = EXIT.problems;
}

/** CloudFormation's states in which the stack is whole, also after an update that was rolled back. */
const WHOLE = /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/;

function problemsOf(stack: DeployedStack, status: Answer, links: readonly Link[], now: number): string[] {
  return [
    ...(WHOLE.test(stack.status) ? [] : [`the stack is ${stack.status}: npx cdk deploy`]),
    ...('error' in status
      ? [
          `the function does not answer (${status.error}): ${replaceCode(now)}, and until then ./killswitch fire${accountFlags()}`,
        ]
      : [...budgetProblems(status), ...tripwireProblems(status)]),
    ...links.filter(({ ok }) => !ok).map(({ link, detail }) => `${link}: ${detail}`),
  ];
}
