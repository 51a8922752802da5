import { appendFileSync } from 'node:fs';
import { afterAll, expect } from 'vitest';
const g = globalThis as { __cpu?: NodeJS.CpuUsage };
const before = process.cpuUsage();
const sinceLast = g.__cpu ? process.cpuUsage(g.__cpu) : before;
afterAll(() => {
  const c = process.cpuUsage(before);
  const path = (expect.getState().testPath ?? '').split('/test/').pop();
  appendFileSync('/tmp/t/cpu/files.log', `${((c.user + c.system) / 1e6).toFixed(2)} ${((sinceLast.user + sinceLast.system) / 1e6).toFixed(2)} ${process.pid} ${path}\n`);
  g.__cpu = process.cpuUsage();
});
