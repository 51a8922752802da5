/**
 * Loaded with `node --import` in a child process: from then on it lives in the virtual time of the process whose
 * time server the environment names. Its code runs unchanged; when it has come to rest it says so when asked, with
 * what the server needs to see that no byte is on its way.
 */
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { countPoolWork, settle } from './quiescence.mjs';
import { installGlobals } from './virtual-globals.mjs';
import { OwnConnections, virtualSocketTimeouts } from './virtual-sockets.mjs';
import { VirtualTimers } from './virtual-timers.mjs';

const [, port, token] = /^(\d+)\/(.+)$/.exec(process.env['KILLSWITCH_SIM_TIME'] ?? '') ?? [];
if (token === undefined) throw new Error('KILLSWITCH_SIM_TIME does not name a time server');
const { exit, stderr } = process;
const [realSetTimeout, realSetImmediate] = [setTimeout, setImmediate];

const link = net.connect(Number(port), '127.0.0.1').setNoDelay(true).setEncoding('utf8');
const say = (message) => link.write(`${JSON.stringify(message)}\n`);
let rest = '';
link.on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop();
  for (const line of lines) hear(JSON.parse(line));
});
// The first word is the time; what comes on its heels must wait until this process lives in it.
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

// Without a real timer, the link stands for the pending ones in keeping this process alive.
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

const doings = () =>
  `${timers.orders} ${timers.fired} ${connections.doings} ${messages.received} ${messages.sent}`;

async function report() {
  for (let before; before !== doings(); ) {
    await settle(doings);
    before = doings();
    if (timers.referenced === 0) await unlessOver();
  }
  const { received, sent } = messages;
  say({ next: timers.next, pending: timers.pending, received, sent, ...connections.report() });
}

/**
 * Resolves when the event loop has twice found something that keeps it running; never when there is nothing, for
 * then this process ends. The loop looks between its immediates and its timers.
 */
async function unlessOver() {
  for (let times = 0; times < 2; times++) {
    await new Promise((resolve) => {
      realSetTimeout(() => {}, 1).unref(); // the loop must not sleep before it comes to the immediate
      realSetImmediate(resolve).unref();
    });
    await new Promise((resolve) => realSetTimeout(resolve, 1).unref());
  }
}

/** Of this program alone, where Linux tells: maxRSS begins with what the parent held when it forked. */
function peakKb() {
  const status = '/proc/self/status';
  const peak = existsSync(status) ? /^VmHWM:\s+(\d+)/m.exec(readFileSync(status, 'latin1'))?.[1] : undefined;
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}

/** What has come and gone over the channel to the parent process. */
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
