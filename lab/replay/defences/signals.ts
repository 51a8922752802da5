import type { SettingsInput } from '../../../lambda/core/settings.ts';

/** Something beside the budget alarm that can wake the stack sooner. */
export interface Signal {
  readonly name: string;
  /** What turns it on in the stack's settings. */
  readonly settings: Partial<SettingsInput>;
}

/** Without any of them the stack is woken by the budget alarm alone. */
export const NO_SIGNALS: Partial<SettingsInput> = { tripwire: { enabled: false } };

/** All that there are. Whoever builds one adds it here, and every incident is played with it. */
export const FASTER_SIGNALS: readonly Signal[] = [
  { name: 'the tripwire, which looks every five minutes', settings: { tripwire: { enabled: true } } },
];
