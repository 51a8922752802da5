import { playAlarm } from './alarm/play.ts';
import type { FaultCase, FaultCaseResult } from './disturbing/fault-case.ts';
import { playTick } from './ticks/play.ts';

/**
 * Plays a case in an account of its own. @param cli the bundled command line.
 * @throws Error when the simulation itself failed.
 */
export async function playFaultCase(faultCase: FaultCase, cli: string): Promise<FaultCaseResult> {
  const startedAt = performance.now();
  const { tick } = faultCase;
  const result = tick ? await playTick(tick, faultCase) : await playAlarm(faultCase, cli);
  return { ...result, seconds: (performance.now() - startedAt) / 1000 };
}
