import '../testbed/loopback-guard.mjs';
import {
  FaultGround,
  type FaultResult,
  type Operation,
  TROUBLES,
  type Trouble,
} from '../test/e2e/fault-trial.ts';
import { bundleEngineProcess } from '../test/e2e/killable-engine.ts';
import { startMoto } from '../testbed/moto.ts';

/**
 * Lets each operation that the engine uses go wrong in each way, one at a time. Everything else must be contained,
 * and what failed must be named. Exit code 1 when anything was left in silence, a fault cost a neighbour, or a restore
 * did not bring back what there was.
 */
interface Trial {
  readonly mode: 'stop' | 'terminate';
  readonly operation: Operation;
  readonly trouble: Trouble;
}
type Tried = Trial & { readonly result: FaultResult };

const LANES = 8;

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const startedAt = performance.now();
const engine = await bundleEngineProcess();
const moto = await startMoto();
const grounds = await Promise.all(
  Array.from({ length: LANES }, (_, lane) => FaultGround.start(moto, engine.file, `22222222222${lane}`)),
);
try {
  const tried = await runAll(await allTrials());
  table(tried);
  const bad = tried.filter(({ result: { verdict } }) => verdict !== 'recovered' && verdict !== 'named');
  for (const { mode, operation, trouble, result } of bad)
    console.log(`${mode}, ${operation.operation} ${trouble.name}: ${result.verdict}: ${result.detail}`);
  console.log(
    `tried ${tried.length}, silent, with neighbours lost or not undone ${bad.length}, in ${seconds()} s`,
  );
  process.exitCode = bad.length === 0 ? 0 : 1;
} finally {
  for (const ground of grounds) await ground.stop();
  await moto.stop();
  engine.remove();
}

/** In mode terminate only what mode stop does not use. Long ones first, so that they do not come last alone. */
async function allTrials(): Promise<Trial[]> {
  const [first, second] = grounds;
  const stop = (await first?.operations('stop')) ?? [];
  const terminate = (await second?.operations('terminate')) ?? [];
  const known = new Set(stop.map(({ operation }) => operation));
  const uses = [
    ...stop.map((operation) => ({ mode: 'stop' as const, operation })),
    ...terminate
      .filter(({ operation }) => !known.has(operation))
      .map((operation) => ({ mode: 'terminate' as const, operation })),
  ];
  const slowest = TROUBLES.toSorted((a, b) => rank(b) - rank(a));
  return slowest.flatMap((trouble) => uses.map((use) => ({ ...use, trouble })));
}

function rank({ fault: { kind }, times = 1 }: Trouble): number {
  return (kind === 'hang' ? 10 : 0) + times;
}

async function runAll(trials: readonly Trial[]): Promise<Tried[]> {
  const queue = trials.values();
  const tried: Tried[] = [];
  const lane = async (ground: FaultGround) => {
    for (const trial of queue) {
      const { mode, operation, trouble } = trial;
      const result = await ground.trial(mode, operation, trouble);
      tried.push({ ...trial, result });
      console.error(
        `${operation.operation} ${trouble.name}: ${result.verdict}, ${result.seconds.toFixed(1)} s`,
      );
    }
  };
  await Promise.all(grounds.map(lane));
  return tried;
}

function table(tried: readonly Tried[]): void {
  const rows = new Map(
    tried.map(({ mode, operation: { service, operation } }) => [
      `${service} ${operation}`,
      { mode, operation },
    ]),
  );
  const width = Math.max(...[...rows.keys()].map((name) => name.length)) + 2;
  console.log([' '.repeat(width), ...TROUBLES.map(({ name }) => name.padEnd(19))].join(''));
  for (const [name, row] of rows) {
    const cells = TROUBLES.map((trouble) => {
      const { result } =
        tried.find((each) => each.operation.operation === row.operation && each.trouble === trouble) ?? {};
      return (result ? `${result.verdict} ${result.seconds.toFixed(0)} s` : '').padEnd(19);
    });
    console.log([name.padEnd(width), ...cells].join(''));
  }
}

function seconds(): number {
  return Math.round((performance.now() - startedAt) / 1000);
}
