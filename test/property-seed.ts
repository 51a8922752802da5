import fc from 'fast-check';

/**
 * Properties are tried with the same examples everywhere, so that a failure is the change's own and comes back when
 * it is looked for. Other examples: `FAST_CHECK_SEED=$RANDOM npm test`.
 */
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20260131) });
