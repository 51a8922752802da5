/**
 * A child process loads this with `node --import`. From then on it lives in the virtual time of the process whose time
 * server the environment names. Its code runs unchanged. When the time server asks, the child answers as soon as it is
 * quiescent, with what the time server needs to see that no byte is on its way.
 */
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { countPoolWork, untilQuiescent } from './quiescence.mjs';
import { installGlobals } from './virtual-globals.mjs';
import { OwnConnections, virtualSocketTimeouts } from './virtual-sockets.mjs';
import { VirtualTimers } from './virtual-timers.mjs';

const [, port, token] = /^(\d+)\/(.+)$/.exec(process.env['SIMULATED_AWS_TIME'] ?? '') ?? [];
if (token === undefined) throw new Error('SIMULATED_AWS_TIME does not name a time server');
const { exit, stderr } = process;
const [realSetTimeout, realSetImmediate] = [setTimeout, setImmediate];
const [realSetInterval, realClearInterval] = [setInterval, clearInterval];

const link = net.connect(Number(port), '127.0.0.1').setNoDelay(true).setEncoding('utf8');
const say = (message) => link.write(`${JSON.stringify(message)}\n`);
let rest = '';
link.on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop();
  for (const line of lines) hear(JSON.parse(line));
});
// The first message is the time. Later messages must wait until this process lives in that time.
const early = [];
let welcome;
let hear = (message) => {
  if (welcome) welcome(message);
  else early.push(message);
  welcome = undefined;
};
const { now: startsAt, seed } = await new Promise((resolve, reject) => {
  welcome = resolve;
  link.once('error', reject);
  link.once('connect', () => say({ token }));
});

let now = startsAt;
const timers = new VirtualTimers(() => now);
const generator = xoroshiro128plus(seed);
Math.random = () => uniformFloat64(generator);
const messages = countMessages();
const connections = new OwnConnections();
virtualSocketTimeouts(timers);
countPoolWork();
installGlobals(() => now, timers);

// No real timer keeps this process alive, so the link does, while virtual timers are pending.
link.unref();
timers.onReferenced = (some) => (some ? link.ref() : link.unref());
link.on('error', () => {}); // its close follows
link.on('close', () => {
  stderr.write('the simulated account has stopped: so does its time\n');
  exit(70);
});
// What is written to a socket at the very end still reaches the kernel.
const sayMemory = () => say({ peakKb: peakKb() });
process.on('exit', sayMemory);
hear = ({ to, what }) => {
  now = Math.max(now, to);
  if (what === 'clock') say({});
  else void (what === 'fire' ? timers.fireDue() : Promise.resolve()).then(report);
};
for (const message of early) hear(message);

const activity = () =>
  `${timers.orders} ${timers.fired} ${connections.activity} ${messages.received} ${messages.sent}`;

async function report() {
  for (let before; before !== activity(); ) {
    await untilQuiescent(activity);
    before = activity();
    if (timers.referenced === 0) await unlessOver();
  }
  const { received, sent } = messages;
  say({ next: timers.next, pending: timers.pending, received, sent, ...connections.report() });
}

/**
 * Resolves when the event loop has twice found something that keeps it running. It never resolves when there is
 * nothing, for then this process ends. The loop looks between its immediates and its timers.
 */
async function unlessOver() {
  // Nothing wakes the loop for such an immediate. On a busy machine a single timer fires before the loop goes to sleep,
  // and then the loop sleeps until something else happens, perhaps for ever.
  const wake = realSetInterval(() => {}, 1).unref();
  for (let times = 0; times < 2; times++) {
    await new Promise((resolve) => realSetImmediate(resolve).unref());
    await new Promise((resolve) => realSetTimeout(resolve, 1).unref());
  }
  realClearInterval(wake);
}

/** The peak of this program alone, where Linux tells it: maxRSS includes what the parent held when it forked. */
function peakKb() {
  const status = '/proc/self/status';
  const peak = existsSync(status) ? /^VmHWM:\s+(\d+)/m.exec(readFileSync(status, 'latin1'))?.[1] : undefined;
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}

/** The messages over the channel to the parent process. */
function countMessages() {
  const counts = { received: 0, sent: 0 };
  const { emit, send } = process;
  process.emit = function emitAndCount(name, ...args) {
    if (name === 'message') counts.received += 1;
    return emit.call(this, name, ...args);
  };
  if (send)
    process.send = function sendAndCount(...args) {
      counts.sent += 1;
      sayMemory();
      return send.apply(this, args);
    };
  return counts;
}
