/**
 * Counts the time in which a process waits for nothing but time: no HTTP call of its own is under way, it reads no file,
 * and it is not kept from running. What the product limits in seconds (5 s for STS, 2 s for the journal) then says the
 * same on every machine, however slow and busy: whoever answers at all is never too late.
 */
import diagnostics from 'node:diagnostics_channel';
import { untilQuiescent } from '../../simulated-aws/time/quiescence.mjs';

/** However late a tick comes, it counts for no more. */
const TICK_MS = 25;
const realSetInterval = setInterval;
const realNow = performance.now.bind(performance);

let callsUnderWay = 0;
let callsBegun = 0;
diagnostics.subscribe('http.client.request.start', ({ request }) => {
  callsUnderWay += 1;
  callsBegun += 1;
  request.once('close', () => {
    callsUnderWay -= 1;
  });
});

/**
 * Tells `pass` of each bit of idle time, in milliseconds, until the timer that it returns is cleared.
 * @param neverAnswered how many of the calls under way nobody will answer: to wait for them is to wait for time
 */
export function countIdleTime(pass, { activity = () => '', neverAnswered = () => 0 } = {}) {
  const isWaiting = () => callsUnderWay <= neverAnswered();
  let since = realNow();
  let wasIdle = false;
  let isLooking = false;
  const tick = async () => {
    if (isLooking) return;
    isLooking = true;
    if (isWaiting()) await untilQuiescent(() => `${callsBegun} ${activity()}`);
    const isIdle = isWaiting();
    const now = realNow();
    if (isIdle && wasIdle) await pass(Math.min(now - since, TICK_MS));
    wasIdle = isIdle;
    since = now;
    isLooking = false;
  };
  return realSetInterval(tick, TICK_MS);
}
