import { homedir } from 'node:os';
import { join } from 'node:path';
import { VERIFY_AFTER_MS } from '../../lambda/contain/scope.ts';
import { keyOf, type Resource } from '../../lambda/core/model.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { GLOBAL_REGION } from '../../lambda/core/regions.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { type Deps, newRun } from '../../lambda/engine/deps.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { isLoaded } from '../../lambda/kinds/kind.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { abortAfter, type Clock, deadlineAfter } from '../../lambda/shell/clock.ts';
import { FolderStore, type Store } from '../../lambda/shell/journal/store.ts';
import { type Identity, identify } from '../../lambda/shell/sources/identity.ts';
import { firstScopes } from '../../lambda/shell/sources/regions.ts';
import { ProgressLines } from '../screen/progress.ts';
import { inform, sayOrKeep } from '../terminal/console.ts';
import type { LookUp } from './look-up.ts';
import { keepUnread } from './unread-records.ts';

/** The machine that a command runs on. Made once, by bin/killswitch.ts: nothing else reads the clock or the environment. */
export interface Host {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly lookUp: LookUp;
  /** The folder that the command was called in: there is `killswitch.config.json`. */
  readonly folder: string;
}

/** A run on this machine, with the standard AWS environment: nothing needs to be deployed. */
export interface LocalRun extends Host {
  readonly clients: Clients;
  readonly identity: Promise<Identity>;
  /** What the run has listed until now, by `keyOf`: the report names it, the screen shows what it is. */
  readonly found: ReadonlyMap<string, Resource>;
  /** Ends every call that is still under way, so that the process can end. The reason is theirs. */
  readonly end: (reason?: Error) => void;
  readonly deps: (policy: Policy, journal: string | undefined) => Deps;
}

/** Why calls were ended where no call anywhere had an answer: it is no cause itself. */
const UNANSWERED = Object.assign(new Error('nothing else was answered either'), { name: 'AbortError' });

/**
 * Begins a run that ends by itself after `timeoutSeconds`, which begin when there are credentials: a person may
 * have to type a code first.
 */
export function localRun(host: Host, timeoutSeconds: number): LocalRun {
  const { clock, lookUp } = host;
  const ended = new AbortController();
  const clients = lookUp.clients(clock, ended.signal);
  lookUp.begin(clients, host, () => abortAfter(ended, timeoutSeconds * 1000));
  const known = identify(clients, clock, lookUp.sources).catch(async (refused: unknown) => {
    throw await (await import('./credentials-advice.ts')).withAdvice(refused, host.env);
  });
  const identity = lookUp.only(known, clients);
  // Reported by whoever awaits it. Without credentials no call can be made: none may wait for them any longer.
  identity.catch((reason: Error) => ended.abort(reason));
  const firstLooks = new Set<string>();
  const found = new Map<string, Resource>();
  return {
    ...host,
    clients,
    identity,
    found,
    end: (reason) => ended.abort(reason),
    deps: (policy, journal) => {
      const first = firstScopes(policy);
      const progress = new ProgressLines({ first, kindNamed, againMs: VERIFY_AFTER_MS });
      return {
        clients,
        clock,
        kinds,
        policy,
        verifyAfterMs: VERIFY_AFTER_MS,
        newRun: () => newRun(clock.now()),
        identity: () => identity,
        store:
          journal === undefined
            ? Promise.resolve(undefined)
            : identity.then(({ caller }) => openStore(host, journal, caller.account)),
        log: (lines) => sayOrKeep(lines, (unread) => keepUnread(defaultJournal(host), unread)),
        onProgress: (step) => {
          for (const each of step.resources) if (!found.has(keyOf(each))) found.set(keyOf(each), each);
          firstLooks.add(step.scope);
          // Without a single answer from anywhere there is nothing to wait for, and nothing to tell but why.
          if (firstLooks.size >= first.length && clients.answered === 0) ended.abort(UNANSWERED);
          if (ended.signal.reason === UNANSWERED) return;
          for (const line of progress.after(step, clock.now())) inform(line);
        },
      };
    },
  };
}

/** Kinds whose code comes with the engine; others speak of themselves in the report. */
const kindNamed = (name: string) => kinds.filter(isLoaded).find((kind) => kind.name === name);

/** The journal's default folder, by the XDG base directory specification. */
export const defaultJournal = ({ env }: Pick<Host, 'env'>): string =>
  join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'killswitch');

/** What stands for the account in a folder's name where a run could not ask who it is. */
export const UNKNOWN_ACCOUNT = 'unknown-account';

/** A journal outlives the deadline of the run that writes it: what was done is always written down. */
const JOURNAL_MS = 15 * 60_000;

/**
 * The journal in a folder, where each account has one of its own, or in a bucket.
 * @param journal a folder, or `s3://bucket/prefix`.
 * @throws InputError when `s3://` names no bucket.
 */
export async function openStore(
  { clock, env, lookUp }: Pick<Host, 'clock' | 'env' | 'lookUp'>,
  journal: string,
  account = UNKNOWN_ACCOUNT,
): Promise<Store> {
  if (!journal.startsWith('s3://')) return new FolderStore(join(journal, account));
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(journal) ?? [];
  if (!bucket)
    throw new InputError([`--journal: ${journal} is not a bucket: expected s3://name or s3://name/prefix`]);
  const { needsPathStyle, S3Store } = await import('../../lambda/shell/journal/s3-store.ts');
  const clients = lookUp.clients(clock, deadlineAfter(JOURNAL_MS).signal);
  const folder = prefix && !prefix.endsWith('/') ? `${prefix}/` : prefix;
  return new S3Store(clients, bucket, folder, GLOBAL_REGION, needsPathStyle(env));
}
