/** Tells when a process has come to rest: nothing due, nothing just done, no real work at the operating system. */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

/**
 * As process.getActiveResourcesInfo names what ends by itself: files, names, connections being made, writes.
 * Open sockets, servers and child processes are not work.
 */
const REAL_WORK =
  /^(FSReq|CloseReq|Get(Addr|Name)Info|QueryReqWrap|(TCP|Pipe)ConnectWrap|WriteWrap|ShutdownWrap|Immediate$)/;
/** What one turn of the event loop sets going is seen in the next, or in the one after (fs, streams, ticks). */
const STILL_TURNS = 4;

const realSetImmediate = setImmediate;

/** One turn of the event loop: what is ready at the operating system is dealt with in it. */
export const turnOfTheLoop = () => new Promise((resolve) => realSetImmediate(resolve));

const isWorking = () => poolWork > 0 || process.getActiveResourcesInfo().some((name) => REAL_WORK.test(name));

/** Resolves after several turns of the event loop without work, in which what `doings` returns stayed the same. */
export async function settle(doings) {
  for (let still = 0; still < STILL_TURNS; ) {
    const before = doings();
    await turnOfTheLoop();
    still = before === doings() && !isWorking() ? still + 1 : 0;
  }
}

/** Jobs of zlib, crypto and WebAssembly on other threads, which getActiveResourcesInfo does not list. */
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
  const untilSettled = (original) =>
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
    wrap(subtle, name, untilSettled);
  // fetch compiles its HTTP parser when it is first used, the module loader its CommonJS lexer.
  for (const name of ['compile', 'instantiate']) wrap(WebAssembly, name, untilSettled);
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
