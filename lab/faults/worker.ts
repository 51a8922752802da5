import '../../simulated-aws/host/loopback-guard.mjs';
import { type FaultCase, play } from './alarm/play.ts';

/** A process that plays one trial after the other, as they come over the channel; its argument is the bundled CLI. */
const cli = process.argv[2] ?? '';
process.on('disconnect', () => process.exit());
process.on('message', (trial: FaultCase) => {
  play(trial, cli).then(
    (result) => process.send?.({ result }),
    (thrown: unknown) => process.send?.({ failure: thrown instanceof Error ? thrown.stack : String(thrown) }),
  );
});
