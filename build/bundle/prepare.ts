import { bundleCli } from './cli-bundle.ts';

// npm's `prepare`: after `npm ci`, `npx killswitch` works without a further step.
await bundleCli();
