import { defineConfig } from 'vitest/config';
import everyDay from './vitest.config.ts';
export default defineConfig({ test: { ...everyDay.test, setupFiles: [...(everyDay.test?.setupFiles as string[]), './zz-cpu.ts'], maxWorkers: 3, reporters: ['default', ['json', { outputFile: '/tmp/t/cpu/run1.json' }]] } });
