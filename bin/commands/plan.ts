import { Command } from 'commander';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import { execute, showReport } from '../local/execute.ts';
import { type Host, localRun } from '../local/local-run.ts';
import { type PolicyOptions, policyFrom, withPolicyOptions } from '../local/policy-options.ts';
import { sameFlags } from '../terminal/flags.ts';

/** `killswitch plan`: what a fire would do. Reads only. */
export function planCommand(host: Host): Command {
  const command = new Command('plan').description('show what fire would stop and disable; reads only');
  return withPolicyOptions(command).action(async (options: PolicyOptions) => {
    const report = await execute(
      localRun(host, options.timeout),
      policyFrom(options, true),
      undefined,
      'plan',
    );
    await showReport(report, options.json === true, [`Next: npx killswitch fire${sameFlags(command)}`]);
    process.exitCode = exitCodeOf(report);
  });
}
