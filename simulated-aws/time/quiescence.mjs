/**
 * Tells when a process is quiescent: nothing is due, nothing was just done, and the operating system does no work for
 * it.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

/**
 * The names in process.getActiveResourcesInfo of what ends by itself: files, name look-ups, new connections, writes.
 * Open sockets, servers and child processes are not work.
 */
const REAL_WORK =
  /^(FSReq|CloseReq|Get(Addr|Name)Info|QueryReqWrap|(TCP|Pipe)ConnectWrap|WriteWrap|ShutdownWrap|Immediate$)/;
/** What one turn of the event loop starts shows in the next turn, or in the one after (fs, streams, ticks). */
const STILL_TURNS = 4;

const realSetImmediate = setImmediate;

/** One turn of the event loop. The loop handles in it what the operating system has ready. */
export const turnOfTheLoop = () => new Promise((resolve) => realSetImmediate(resolve));

/**
 * Referenced ports to other threads: one more while a loader in its own thread, as that of TypeScript, finds a module,
 * also one that was loaded before. A process that has a parent always has some, so what counts is the fewest ever seen.
 */
let portsAtRest = Number.POSITIVE_INFINITY;

function isWorking() {
  const resources = process.getActiveResourcesInfo();
  const ports = resources.filter((name) => name === 'MessagePort').length;
  portsAtRest = Math.min(portsAtRest, ports);
  return poolWork > 0 || ports > portsAtRest || resources.some((name) => REAL_WORK.test(name));
}

/**
 * Resolves after several turns of the event loop without work, in which what `activity` returns stayed the same. It
 * looks at that before and after those turns only: to add up the bytes of hundreds of sockets at each turn costs too
 * much.
 */
export async function untilQuiescent(activity) {
  for (let before, now = activity(); before !== now; now = activity()) {
    before = now;
    for (let still = 0; still < STILL_TURNS; still = isWorking() ? 0 : still + 1) await turnOfTheLoop();
  }
}

/** Jobs of zlib, crypto and WebAssembly on other threads. getActiveResourcesInfo does not list them. */
let poolWork = 0;

/** Counts those jobs from now on, until the returned function is called. */
export function countPoolWork() {
  const undo = [];
  const wrap = (owner, name, around) => {
    const original = owner[name];
    if (typeof original !== 'function') return;
    owner[name] = around(original);
    undo.push(() => {
      owner[name] = original;
    });
  };
  const untilCalledBack = (original) =>
    function counted(...args) {
      const done = args.at(-1);
      if (typeof done !== 'function') return original.apply(this, args);
      poolWork += 1;
      const once = onceDone();
      const ended = (...results) => {
        once();
        return done.apply(this, results);
      };
      try {
        return original.call(this, ...args.slice(0, -1), ended);
      } catch (thrown) {
        once();
        throw thrown;
      }
    };
  const untilOver = (original) =>
    function counted(...args) {
      const done = original.apply(this, args);
      poolWork += 1;
      const ended = onceDone();
      done.then(ended, ended);
      return done;
    };
  const streams = Object.getPrototypeOf(Object.getPrototypeOf(zlib.Gunzip.prototype));
  wrap(streams, '_transform', untilCalledBack);
  for (const name of [
    'randomBytes',
    'randomFill',
    'scrypt',
    'pbkdf2',
    'hkdf',
    'sign',
    'verify',
    'generateKeyPair',
  ])
    wrap(crypto, name, untilCalledBack);
  const subtle = Object.getPrototypeOf(crypto.webcrypto.subtle);
  for (const name of [
    'digest',
    'sign',
    'verify',
    'encrypt',
    'decrypt',
    'deriveBits',
    'generateKey',
    'importKey',
  ])
    wrap(subtle, name, untilOver);
  // fetch compiles its HTTP parser when it is first used, the module loader its CommonJS lexer.
  for (const name of ['compile', 'instantiate']) wrap(WebAssembly, name, untilOver);
  syncBuiltinESMExports();
  return () => {
    for (const restore of undo.reverse()) restore();
    syncBuiltinESMExports();
  };
}

function onceDone() {
  let isDone = false;
  return () => {
    if (!isDone) poolWork -= 1;
    isDone = true;
  };
}
