import type { App } from 'aws-cdk-lib';
import { parseSettings, type SettingsInput } from '../../lambda/core/settings.ts';
import { ForwardingStack } from '../../lib/forwarding-stack.ts';
import { ACCOUNT, MINIMAL } from './synthesis.ts';

/** Settings whose templates differ in what they hold, by name. */
export const TEMPLATE_VARIANTS: Record<string, Partial<SettingsInput>> = {
  defaults: {},
  terminate: { mode: 'terminate', unstoppable: 'terminate' },
  'dry-run elsewhere': { mode: 'dry-run', region: 'eu-west-1' },
  'users denied by Budgets': { guard: { denyAtLimit: ['alice'] } },
  'without the tripwire': { tripwire: { enabled: false } },
  'without AWS budgets': { awsBudgets: false },
};

/** Adds the stack that forwards signals from another region. */
export function addForwarding(app: App): ForwardingStack {
  const settings = parseSettings({ ...MINIMAL, guard: { forwardFrom: ['eu-west-1'] } }, 'test');
  return new ForwardingStack(app, 'Killswitch-forward-eu-west-1', {
    settings,
    region: 'eu-west-1',
    account: ACCOUNT,
  });
}
