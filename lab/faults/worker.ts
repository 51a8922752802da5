import '../../simulated-aws/host/loopback-guard.mjs';
import type { FaultCase } from './disturbing/fault-case.ts';
import { playFaultCase } from './play.ts';

/** A process that plays one case after the other, as they come over the channel; its argument is the bundled CLI. */
const cli = process.argv[2] ?? '';
process.on('disconnect', () => process.exit());
process.on('message', (faultCase: FaultCase) => {
  playFaultCase(faultCase, cli).then(
    (result) => process.send?.({ result }),
    (thrown: unknown) => process.send?.({ failure: thrown instanceof Error ? thrown.stack : String(thrown) }),
  );
});
