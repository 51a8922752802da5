import { BootstraplessSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Settings } from '../lambda/core/settings.ts';
import { guardNames, type SignalName } from './names.ts';
import { SIGNAL_PATTERNS } from './signal-patterns.ts';
import { forwardingDescription } from './stack-names.ts';

export interface ForwardingStackProps {
  readonly settings: Settings;
  /** Where it stands; the kill switch is in `settings.region`. */
  readonly region: string;
  readonly account?: string | undefined;
}

/**
 * Forwards another region's signals to the event bus of the home region, whose rules see only what happens there. The
 * events keep their source, region and id. From any commercial region to any other, with a role of the rule (AWS
 * Compute Blog, "Expanding cross-Region event routing with Amazon EventBridge"); within one account the receiving bus
 * needs no policy (re:Post, "eventbridge-centralized-bus-to-bus").
 */
export class ForwardingStack extends Stack {
  constructor(scope: Construct, id: string, { settings, region, account }: ForwardingStackProps) {
    super(scope, id, {
      description: forwardingDescription(settings.region),
      env: { region, ...(account ? { account } : {}) },
      terminationProtection: settings.terminationProtection,
      // It has no assets, so that its region needs no bootstrap.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
    });
    const homeBus = this.formatArn({
      service: 'events',
      region: settings.region,
      resource: 'event-bus',
      resourceName: 'default',
    });
    const rules = Object.entries(guardNames(this, settings).signalRules) as [SignalName, string][];
    const role = forwardingRole(this, homeBus);
    const target = new EventBusTarget(EventBus.fromEventBusArn(this, 'HomeBus', homeBus), {
      role: role.withoutPolicyUpdates(),
    });
    for (const [signal, ruleName] of rules)
      new Rule(this, signal, { ruleName, eventPattern: SIGNAL_PATTERNS[signal], targets: [target] });
  }
}

/**
 * Its trust has no condition: AWS shows none for this role, a key that does not come would stop the events unseen, and
 * nobody outside the account can pass it to EventBridge.
 */
function forwardingRole(stack: Stack, homeBus: string): Role {
  return new Role(stack, 'Role', {
    description: 'Lets the rules of the kill switch forward events to its home region.',
    assumedBy: new ServicePrincipal('events.amazonaws.com'),
    inlinePolicies: {
      Forward: new PolicyDocument({
        statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: [homeBus] })],
      }),
    },
  });
}

/** The regions to forward from: each once, and never the home region to itself. */
export const forwardedRegions = ({ guard, region, tripwire }: Settings): string[] =>
  tripwire.enabled ? [...new Set(guard.forwardFrom)].filter((from) => from !== region) : [];
