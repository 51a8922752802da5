import { AsyncLocalStorage } from 'node:async_hooks';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Wire } from '../../lambda/shell/calls/clients.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import type {
  FunctionHost,
  HostedRun,
  Outcome,
  SimulatedFunction,
} from '../../simulated-aws/services/lambda/simulated-function.ts';
import type { InProcessTime } from '../../simulated-aws/time/in-process.ts';
import type { Timeline } from '../../simulated-aws/time/timeline.ts';
import type { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { KillableHandler } from '../../simulated-aws/wire/killable-handler.ts';

interface Bundle {
  handlerOver(wire: () => Wire): (event: unknown, context: object) => Promise<unknown>;
}

/**
 * Runs the deployed bundle in this process: a month of ticks is nine thousand runs, and a process for each would take an
 * hour. Its environment stays warm, as Lambda's does. What it logs is kept with the run.
 */
export class InProcessHost implements FunctionHost {
  readonly #logs = new AsyncLocalStorage<string[]>();
  readonly #console = { log: console.log, error: console.error };

  constructor(
    private readonly account: { readonly endpoint: Endpoint; readonly timeline: Timeline },
    private readonly ownProcess: InProcessTime,
  ) {
    for (const name of ['log', 'error'] as const)
      console[name] = (...words: unknown[]) => {
        const log = this.#logs.getStore();
        if (log) log.push(words.map(String).join(' '));
        else this.#console[name](...words);
      };
  }

  /** Gives the console back. */
  stop(): void {
    Object.assign(console, this.#console);
  }

  /** Loads all of a function's code before it runs. */
  load(root: string): Promise<Bundle> {
    const known = bundles.get(root);
    if (known !== undefined) return known;
    const loading = loadWhole(root);
    bundles.set(root, loading);
    return loading;
  }

  run(deployed: SimulatedFunction, invocation: Parameters<FunctionHost['run']>[1]): HostedRun {
    const { endpoint, timeline } = this.account;
    const wires: KillableHandler[] = [];
    const wire = () => {
      const made = new KillableHandler(endpoint, timeline);
      wires.push(made);
      return made;
    };
    const log: string[] = [];
    const deadline = timeline.now() + deployed.timeoutSeconds * 1000;
    const context = {
      awsRequestId: invocation.requestId,
      getRemainingTimeInMillis: () => deadline - timeline.now(),
    };
    Object.assign(process.env, SURROUNDINGS, invocation.environment);
    let kill = () => {};
    const killed = new Promise<Outcome>((resolve) => {
      kill = () => {
        for (const each of wires) each.kill();
        resolve({ error: { errorType: 'Runtime.ExitError', errorMessage: 'killed' }, log });
      };
    });
    const work = this.ownProcess
      .during(this.load(deployed.root))
      .then(({ handlerOver }) => this.#logs.run(log, () => handlerOver(wire)(invocation.event, context)))
      .then(
        (payload): Outcome => ({ payload, log }),
        (thrown: unknown): Outcome => ({ error: errorOf(thrown), log }),
      );
    return { ended: Promise.race([work, killed]), kill };
  }
}

/** By folder, for all accounts of this process: an imported module is never unloaded. */
const bundles = new Map<string, Promise<Bundle>>();

const LAZY_IMPORT = /\bimport\((["'])(\.\/[\w.-]+\.mjs)\1\)/g;
const LOADED = 'killswitchLoadedModules';

/**
 * All modules of a bundle, from a copy whose lazy imports take these loaded modules. Virtual time cannot wait for a real
 * lazy import: a loader of TypeScript works in another thread, and time would pass meanwhile.
 */
async function loadWhole(root: string): Promise<Bundle> {
  const { path: folder } = temporaryFolder('killswitch-warm-');
  const lookUp = `Promise.resolve(globalThis.${LOADED}[${JSON.stringify(folder)}]`;
  const files = readdirSync(root);
  for (const file of files) {
    const isModule = file.endsWith('.mjs');
    const text = readFileSync(join(root, file), 'utf8');
    const own = isModule
      ? text.replaceAll(LAZY_IMPORT, (_, _quote, name: string) => `${lookUp}["${name}"])`)
      : text;
    writeFileSync(join(folder, file), own);
  }
  const modules: Record<string, unknown> = {};
  const all = globalThis as { [LOADED]?: Record<string, Record<string, unknown>> };
  all[LOADED] = { ...all[LOADED], [folder]: modules };
  for (const file of files.filter((name) => name.endsWith('.mjs')))
    modules[`./${file}`] = await import(pathToFileURL(join(folder, file)).href);
  return modules['./index.mjs'] as Bundle;
}

/** No call goes there, since the wire answers. It makes the SDK put a bucket into the path, as on loopback. */
const SURROUNDINGS = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

function errorOf(thrown: unknown): NonNullable<Outcome['error']> {
  const { name, message, stack = '' } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { errorType: name, errorMessage: message, trace: stack.split('\n') };
}
