import { errorFacts } from '../../lambda/core/model.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { newRun } from '../../lambda/engine/deps.ts';
import { identityInTheEnd } from '../../lambda/shell/sources/identity.ts';
import { accountOf } from '../local/caller.ts';
import { FIRED_BY_HAND } from '../local/execute.ts';
import { type Host, type LocalRun, localRun, openStore } from '../local/local-run.ts';
import type { PolicyOptions } from '../local/policy-options.ts';
import { confirm, requireTerminal, say } from '../terminal/console.ts';
import { interruptible } from '../terminal/interruption.ts';
import { followRun } from './follow-run.ts';
import { type Answer, askOrError, notSparedBy, order, sparedBy } from './function.ts';
import { lockoutBy } from './lockout.ts';
import { type DeployedStack, requireStack, stackFlag } from './stack.ts';

export interface DeployedFireOptions extends PolicyOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly stack: string;
  readonly journal?: string;
}

/** The function acts by the settings that it was deployed with: it would ignore these flags. */
const LOCAL_ONLY = {
  dryRun: '--dry-run',
  mode: '--mode',
  unstoppable: '--unstoppable',
  quarantine: '--quarantine',
  allowKey: '--allow-key',
  allowUser: '--allow-user',
  allowInstance: '--allow-instance',
  allowResource: '--allow-resource',
  allowDeployed: '--allow-deployed',
  config: '--no-config',
  region: '--region',
  excludeRegion: '--exclude-region',
  acceptDenied: '--accept-denied',
  journal: '--journal',
} as const satisfies Partial<Record<keyof DeployedFireOptions, string>>;

/**
 * Lets the deployed function stop everything, and follows it to its report: for credentials that may not do it
 * themselves, and for a connection that may break.
 * @throws InputError for flags that the function would ignore, when nothing is deployed, when it would lock
 * the caller out, and when a person says no; Error when no report came in time.
 */
export async function fireDeployed(host: Host, options: DeployedFireOptions): Promise<Report> {
  refuseLocalFlags(options);
  if (!options.yes) requireTerminal('--yes');
  const here = localRun(host, options.timeout);
  let stack: DeployedStack;
  let status: Answer;
  try {
    const account = await accountOf(here);
    stack = await requireStack(here, options.stack);
    status = await askOrError(here.clients, stack);
    await refuseLockout(options, here, status);
    introduce(stack, status);
    if (!options.yes)
      await confirm(`Type ${account} to stop everything in this account: `, [account], '--yes');
  } finally {
    here.end();
  }
  // A new deadline: the person may have taken longer to confirm than the old one allows.
  const acting = localRun(host, options.timeout);
  try {
    const run = newRun(acting.clock.now());
    const whatNow = [
      `interrupted here: where the function has its order (run ${run}), it goes on to the end`,
      `What it has done: ./killswitch incidents${stackFlag(options)}`,
    ];
    return await interruptible({ whatNow }, async () => {
      // Nobody waits for the answer: it may look on until its schedule does. An earlier version refuses to be asked.
      const hold = 'takesHold' in status && status.takesHold ? { hold: true as const } : {};
      await order(acting.clients, stack, { action: 'fire', run, reason: FIRED_BY_HAND, ...hold });
      say(`the function has its order (run ${run}) and goes on even if this connection breaks`);
      const journal = await openStore(acting, `s3://${stack.journalBucket}`);
      return followRun(acting.clock, journal, run, options.timeout, stack.flag);
    });
  } finally {
    acting.end();
  }
}

function refuseLocalFlags(options: DeployedFireOptions): void {
  // Commander sets `config` to true where --no-config is not given.
  const { config = true, ...named } = options;
  const all = config ? named : options;
  const given = Object.entries(LOCAL_ONLY).filter(
    ([name]) => all[name as Exclude<keyof typeof LOCAL_ONLY, 'config'>] !== undefined,
  );
  if (given.length > 0)
    throw new InputError(
      given.map(
        ([, flag]) =>
          `${flag}: the deployed function acts by the settings that it was deployed with: leave ${flag} out, or leave out --deployed`,
      ),
    );
}

async function refuseLockout(options: DeployedFireOptions, here: LocalRun, status: Answer): Promise<void> {
  if (options.includeCaller) return;
  const { caller } = await identityInTheEnd(here.identity);
  const reason =
    'error' in status
      ? `the function did not say whom it spares (${status.error})`
      : status.mode === 'dry-run'
        ? undefined
        : await lockoutBy(status, caller, here.clients).catch(
            (thrown: unknown) =>
              `whether your key is on the deployed allowlist is unknown (${errorFacts(thrown).error})`,
          );
  if (reason)
    throw new InputError([
      `--deployed: ${reason}. Add --include-caller if it may be disabled too, or run it from here: ./killswitch fire`,
    ]);
}

function introduce({ name, region, functionName }: DeployedStack, status: Answer): void {
  say(`stack ${name} in ${region}, function ${functionName}`);
  if ('error' in status) {
    say(`the function did not answer a question (${status.error}): trying anyway`);
    return;
  }
  const spared = sparedBy(status.allow);
  say(`mode ${status.mode}, spares ${spared.length > 0 ? spared.join(', ') : 'nothing and nobody'}`);
  for (const line of notSparedBy(status.allow)) say(line);
  if (status.mode === 'dry-run') say('it was deployed with mode dry-run: it will report, and change nothing');
}
