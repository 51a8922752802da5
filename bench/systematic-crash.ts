import '../testbed/loopback-guard.mjs';
import { CrashGround, type Kill, killText, paired, type TrialResult } from '../test/e2e/crash-trial.ts';
import { bundleEngineProcess } from '../test/e2e/killable-engine.ts';
import { startMoto } from '../testbed/moto.ts';

/**
 * Kills the engine before and after each of its API calls, in both modes, and the restore at each of its own; then
 * runs it again and puts everything back. Exit code 1 when anything was left in silence or could not be undone.
 */
interface Trial {
  readonly mode: 'stop' | 'terminate';
  readonly kill: Kill;
}

const LANES = 4;

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const startedAt = performance.now();
const engine = await bundleEngineProcess();
const moto = await startMoto();
const grounds = await Promise.all(
  Array.from({ length: LANES }, (_, lane) => CrashGround.start(moto, engine.file, `11111111111${lane}`)),
);
try {
  const results = await runAll(await allTrials(grounds));
  for (const { trial, result } of results.filter(
    ({ result: { problems, undoLost } }) => problems.length + undoLost.length > 0,
  ))
    console.log(
      `${trial.mode}, killed ${killText(trial.kill)}: ${[...result.problems, ...result.undoLost].join('; ')}`,
    );
  process.exitCode = summary(results.map(({ result }) => result)) ? 0 : 1;
} finally {
  for (const ground of grounds) await ground.stop();
  await moto.stop();
  engine.remove();
}

async function allTrials([first]: readonly CrashGround[]): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const mode of ['stop', 'terminate'] as const) {
    const { fire = [], restore = [] } = (await first?.moments(mode)) ?? {};
    trials.push(...paired(fire, restore).map((kill) => ({ mode, kill })));
  }
  return trials;
}

async function runAll(trials: readonly Trial[]): Promise<{ trial: Trial; result: TrialResult }[]> {
  const queue = trials.values();
  const results: { trial: Trial; result: TrialResult }[] = [];
  const lane = async (ground: CrashGround) => {
    for (const trial of queue) results.push({ trial, result: await ground.trial(trial.mode, trial.kill) });
  };
  await Promise.all(grounds.map(lane));
  return results;
}

function summary(results: readonly TrialResult[]): boolean {
  const count = (is: (result: TrialResult) => boolean) => results.filter(is).length;
  const silent = count((result) => result.silent);
  const undoLost = count((result) => result.undoLost.length > 0);
  const converged = count((result) => result.converged);
  console.log(
    [
      `tried      ${results.length} worlds, ${results.reduce((sum, { kills }) => sum + kills, 0)} kills`,
      `converged  ${converged}`,
      `silent     ${silent}`,
      `undo lost  ${undoLost}`,
      `seconds    ${Math.round((performance.now() - startedAt) / 1000)}`,
    ].join('\n'),
  );
  return silent === 0 && undoLost === 0 && converged === results.length;
}
