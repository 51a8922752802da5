import { Command } from 'commander';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { sparedLists } from '../deployed/spared-lists.ts';
import { stackOption } from '../deployed/stack.ts';
import { configLists } from '../local/allow-lists.ts';
import { execute, showReport } from '../local/execute.ts';
import { type Host, localRun } from '../local/local-run.ts';
import { type PolicyOptions, policyFrom, withPolicyOptions } from '../local/policy-options.ts';
import { accountFlags, sameFlags } from '../terminal/flags.ts';

/** `killswitch plan`: what a fire would do. Reads only. */
export function planCommand(host: Host): Command {
  const command = new Command('plan')
    .description('show what fire would stop and disable; reads only')
    .addOption(stackOption());
  return withPolicyOptions(command).action(async (options: PolicyOptions & { readonly stack: string }) => {
    const own = await configLists(host, options);
    const lists = await sparedLists(host, options, own, false);
    const look = localRun(host, options.timeout);
    const report = await execute(look, policyFrom(options, true, lists), undefined, 'plan');
    await showReport(report, options.json === true, [next(report, sameFlags(command))], look);
    process.exitCode = exitCodeOf(report);
  });
}

/** @param flags that this plan was made with */
function next({ actions, gaps }: Report, flags: string): string {
  if (actions.length > 0) return `Next: ./killswitch fire${flags}`;
  return gaps.some(({ accepted }) => !accepted)
    ? `To look again: ./killswitch plan${flags}`
    : `Nothing to stop now. Whether anything watches this account: ./killswitch status${accountFlags()}`;
}
