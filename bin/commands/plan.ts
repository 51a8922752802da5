import { Command } from 'commander';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import { stackOption } from '../deployed/stack.ts';
import { configLists } from '../local/allow-lists.ts';
import { execute, showReport } from '../local/execute.ts';
import { type Host, localRun } from '../local/local-run.ts';
import { type PolicyOptions, policyFrom, withPolicyOptions } from '../local/policy-options.ts';

/** `killswitch plan`: what a fire would do. Reads only. */
export function planCommand(host: Host): Command {
  return withPolicyOptions(
    new Command('plan')
      .description('show what fire would stop and disable; reads only')
      .addOption(stackOption()),
  ).action(async (options: PolicyOptions & { readonly stack: string }) => {
    const own = await configLists(host, options);
    const lists = options.allowDeployed
      ? [...own, ...(await (await import('../deployed/deployed-lists.ts')).deployedLists(host, options, own))]
      : own;
    const report = await execute(
      localRun(host, options.timeout),
      policyFrom(options, true, lists),
      undefined,
      'plan',
    );
    await showReport(report, options.json === true, 'Next: npx killswitch fire');
    process.exitCode = exitCodeOf(report);
  });
}
