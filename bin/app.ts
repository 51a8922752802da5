import '../build/sdk-warning.ts';
import { App } from 'aws-cdk-lib';
import { InputError } from '../lambda/core/settings.ts';
import { buildTime } from '../lib/arming.ts';
import { ForwardingStack, forwardedRegions } from '../lib/forwarding-stack.ts';
import { loadSettings } from '../lib/settings.ts';
import { KillswitchStack } from '../lib/stack.ts';
import { forwardingStackName, STACK_NAME } from '../lib/stack-names.ts';
import { EXIT } from './terminal/exit-codes.ts';

// The tests validate every template that the settings can give; here it would add two seconds to each synth.
const app = new App({ builtinCloudFormationValidation: false });
try {
  const settings = loadSettings(process.cwd(), app.node.getAllContext());
  const account = process.env['CDK_DEFAULT_ACCOUNT'];
  const builtAt = buildTime(process.env, Date.now);
  const { stackName } = new KillswitchStack(app, STACK_NAME, { settings, builtAt, account });
  for (const region of forwardedRegions(settings))
    new ForwardingStack(app, forwardingStackName(stackName, region), { settings, region, account });
  app.synth();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = EXIT.refused;
}
