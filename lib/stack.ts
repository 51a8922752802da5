import { DefaultStackSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../lambda/core/settings.ts';
import { KillSwitchParts } from './killswitch.ts';
import { DESCRIPTION_PREFIX } from './stack-names.ts';

export interface KillswitchStackProps {
  readonly settings: Settings;
  /** The moment of the build, ms since 1970: `armAfterHours` counts from it. */
  readonly builtAt: number;
  /** The account's id; without it the template fits every account. */
  readonly account?: string | undefined;
}

/** What `npx cdk deploy` creates: one kill switch in a stack of its own. */
export class KillswitchStack extends Stack {
  readonly killSwitch: KillSwitchParts;

  constructor(scope: Construct, id: string, { settings, builtAt, account }: KillswitchStackProps) {
    super(scope, id, {
      description: `${DESCRIPTION_PREFIX}stops an AWS bill when the monthly budget is spent.`,
      env: { region: settings.region, ...(account ? { account } : {}) },
      terminationProtection: settings.terminationProtection,
      // The rule makes CloudFormation check the bootstrap version, as the CDK CLI does itself before each deploy, by
      // a parameter in SSM that is read anew on every update. Without it the template also deploys on its own.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
    this.killSwitch = new KillSwitchParts(this, 'KillSwitch', { settings, builtAt });
  }
}
