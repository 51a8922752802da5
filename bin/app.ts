import { App } from 'aws-cdk-lib';
import { InputError } from '../lambda/core/settings.ts';
import { loadSettings } from '../lib/settings.ts';
import { KillswitchStack } from '../lib/stack.ts';

// The tests validate every template that the settings can give; here it would add two seconds to each synth.
const app = new App({ builtinCloudFormationValidation: false });
try {
  const settings = loadSettings(process.cwd(), app.node.getAllContext());
  new KillswitchStack(app, 'Killswitch', { settings, account: process.env['CDK_DEFAULT_ACCOUNT'] });
  app.synth();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
