import { homedir } from 'node:os';
import { join } from 'node:path';
import { VERIFY_AFTER_MS } from '../../lambda/contain/scope.ts';
import type { Policy } from '../../lambda/core/policy.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { clientsUntil, type Deps, newRun } from '../../lambda/deps.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import type { Clients } from '../../lambda/shell/clients.ts';
import { GLOBAL_REGION } from '../../lambda/shell/clients.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { deadlineAfter } from '../../lambda/shell/deadline.ts';
import { type Identity, identify } from '../../lambda/shell/identity.ts';
import { FolderStore, type Store } from '../../lambda/shell/store.ts';
import { progressLine, say } from '../terminal/console.ts';
import { sourceKeys } from './source-keys.ts';

/** A run from here, with the standard AWS environment: nothing needs to be deployed. */
export interface Laptop {
  readonly clients: Clients;
  readonly identity: Promise<Identity>;
  /** Ends every call that is still under way, so that the process can end. */
  readonly end: () => void;
  readonly deps: (policy: Policy, journal: string | undefined) => Deps;
}

/** Scopes that every run starts with: IAM and the 17 regions that need no opt-in. */
const FIRST_SCOPES = 18;

export function laptop(timeoutSeconds: number): Laptop {
  const ended = deadlineAfter(timeoutSeconds * 1000);
  const clients = clientsUntil(ended.signal);
  const identity = sourceKeys().then((keys) => identify(clients, systemClock, keys));
  identity.catch(() => {}); // reported by whoever awaits it
  const firstLooks = new Set<string>();
  return {
    clients,
    identity,
    end: () => ended.abort(),
    deps: (policy, journal) => ({
      clients,
      clock: systemClock,
      kinds,
      policy,
      verifyAfterMs: VERIFY_AFTER_MS,
      newRun: () => newRun(systemClock.now()),
      identity: () => identity,
      store:
        journal === undefined
          ? Promise.resolve(undefined)
          : identity.then(({ caller }) => openStore(journal, caller.account)),
      log: say,
      onProgress: (step) => {
        const line = progressLine(step);
        if (line) say(line);
        firstLooks.add(step.scope);
        // Without a single answer from anywhere there is nothing to wait for.
        if (firstLooks.size >= FIRST_SCOPES && clients.answered === 0) ended.abort();
      },
    }),
  };
}

/** The journal's default folder, by the XDG base directory specification. */
export const defaultJournal = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'killswitch');

/** @throws InputError when `s3://` names no bucket. */
export async function openStore(journal: string, account = 'unknown-account'): Promise<Store> {
  if (!journal.startsWith('s3://')) return new FolderStore(join(journal, account));
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(journal) ?? [];
  if (!bucket)
    throw new InputError([`--journal: ${journal} is not a bucket: expected s3://name or s3://name/prefix`]);
  const { S3Store } = await import('../../lambda/shell/s3-store.ts');
  // Outlives the run's deadline, so that what was done is always written down.
  const clients = clientsUntil(AbortSignal.timeout(15 * 60_000));
  return new S3Store(clients, bucket, prefix && !prefix.endsWith('/') ? `${prefix}/` : prefix, GLOBAL_REGION);
}
