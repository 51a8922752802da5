export { InputError, parseSettings, type Settings, type SettingsInput } from '../lambda/core/settings.ts';
export { KillSwitch, type KillSwitchProps } from './killswitch.ts';
export { KillswitchStack, type KillswitchStackProps } from './stack.ts';
