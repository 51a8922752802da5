import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { bundle, inPackage } from '../../build/bundle.ts';
import type { Report } from '../../lambda/core/report-document.ts';
import type { RestoreStep } from '../../lambda/kinds/kind.ts';
import type { AwsCall } from '../../testbed/aws-call.ts';
import { killGroup, spawnGroup } from '../../testbed/child-processes.ts';
import type { RecordingProxy } from '../../testbed/proxy.ts';
import { temporaryFolder } from '../../testbed/temporary-folder.ts';
import { type AccountCredentials, REGION } from './small-world.ts';

export type EngineRequest = { readonly journal: string; readonly timeoutMs: number } & (
  | { readonly action: 'fire'; readonly mode: 'stop' | 'terminate'; readonly regions: readonly string[] }
  | { readonly action: 'restore'; readonly incident: string }
);

/** A moment of a run: before the nth call of an operation reaches AWS, or after it did and nobody was told. */
export interface Moment {
  readonly operation: string;
  readonly nth: number;
  readonly phase: 'before' | 'after';
}

/** How a process ended. */
export interface Ending<Result> {
  /** Missing when it was killed. */
  readonly result?: Result;
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** The real engine as a child process behind a proxy, in one account of moto. */
export class KillableEngine {
  constructor(
    private readonly bundled: string,
    private readonly proxy: RecordingProxy,
    private readonly credentials: AccountCredentials,
  ) {}

  fire(
    mode: 'stop' | 'terminate',
    journal: string,
    { killAt, timeoutMs = 60_000 }: { readonly killAt?: Moment; readonly timeoutMs?: number } = {},
  ): Promise<Ending<Report>> {
    return this.#run({ action: 'fire', mode, regions: [REGION], journal, timeoutMs }, killAt);
  }

  /** Puts an incident back, with all keys. */
  putBack(incident: string, journal: string, killAt?: Moment): Promise<Ending<RestoreStep[]>> {
    return this.#run({ action: 'restore', incident, journal, timeoutMs: 60_000 }, killAt);
  }

  async #run<Result>(request: EngineRequest, killAt: Moment | undefined): Promise<Ending<Result>> {
    this.proxy.forgetCalls();
    const { accessKeyId, secretAccessKey, sessionToken } = this.credentials;
    const child = spawnGroup([process.execPath, this.bundled, JSON.stringify(request)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        AWS_ENDPOINT_URL: this.proxy.url,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    });
    const { stdout, stderr } = child;
    if (!stdout || !stderr) throw new Error('the engine has no pipes');
    const closed = once(child, 'close');
    if (killAt)
      this.proxy.onCall = killer(killAt, async () => {
        killGroup(child.groupId);
        await closed;
      });
    const [out, err] = await Promise.all([text(stdout), text(stderr), closed]);
    delete this.proxy.onCall;
    killGroup(child.groupId);
    return {
      exitCode: child.exitCode,
      stderr: err,
      ...(child.signalCode ? {} : { result: JSON.parse(out || 'null') as Result }),
    };
  }
}

/** Kills at that moment; a call that was killed before it was sent does not go through. */
function killer({ operation, nth, phase }: Moment, kill: () => Promise<void>) {
  const numbers = new Map<AwsCall, number>();
  return async (call: AwsCall, now: 'before' | 'after') => {
    if (call.operation !== operation) return;
    if (now === 'before') numbers.set(call, numbers.size + 1);
    if (now !== phase || numbers.get(call) !== nth) return;
    await kill();
    if (now === 'before') throw new Error('the caller was killed before this call was sent');
  };
}

/** Every moment of a run at which it can be killed with a different state left behind. */
export function momentsOf(calls: readonly AwsCall[]): Moment[] {
  const seen = new Map<string, number>();
  return calls.flatMap(({ operation }) => {
    const nth = (seen.get(operation) ?? 0) + 1;
    seen.set(operation, nth);
    return (['before', 'after'] as const).map((phase) => ({ operation, nth, phase }));
  });
}

export const momentText = ({ operation, nth, phase }: Moment) => `${phase} ${operation} ${nth}`;

/** Bundles the engine's process once. */
export async function bundleEngineProcess(): Promise<{ readonly file: string; remove(): void }> {
  const folder = temporaryFolder('killswitch-engine-');
  const entry = inPackage('test', 'e2e', 'engine-process.ts');
  const { outdir, file } = await bundle({ entry, outdir: join(folder.path, 'engine'), name: 'engine' });
  return { file: join(outdir, file), remove: folder.remove };
}
