import { bundleCli } from './cli-bundle.ts';

// npm's `prepare`: after `npm ci`, `./killswitch` works without a further step.
await bundleCli();
