/**
 * Loaded with `--import`: on exit, writes the process's peak memory in bytes to BENCH_PEAK_MEMORY, as JSON:
 * resident (of the whole process) and, when BENCH_LIVE_HEAP is set, what V8's heap held after collections that are
 * forced four times a second.
 */
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let live = 0;
if (process.env.BENCH_LIVE_HEAP) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  setInterval(() => {
    collect();
    live = Math.max(live, process.memoryUsage().heapUsed);
  }, 250).unref();
}

process.on('exit', () => {
  const resident = process.resourceUsage().maxRSS * 1024;
  writeFileSync(process.env.BENCH_PEAK_MEMORY, JSON.stringify({ resident, live }));
});
