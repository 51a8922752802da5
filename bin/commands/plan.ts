import { Command } from 'commander';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import { execute, showReport } from '../local/execute.ts';
import { type Host, localRun } from '../local/local-run.ts';
import { type PolicyOptions, policyFrom, withPolicyOptions } from '../local/policy-options.ts';

/** `killswitch plan`: what a fire would do. Reads only. */
export function planCommand(host: Host): Command {
  return withPolicyOptions(
    new Command('plan').description('show what fire would stop and disable; reads only'),
  ).action(async (options: PolicyOptions) => {
    const report = await execute(
      localRun(host, options.timeout),
      policyFrom(options, true),
      undefined,
      'plan',
    );
    await showReport(report, options.json === true, 'Next: npx killswitch fire');
    process.exitCode = exitCodeOf(report);
  });
}
