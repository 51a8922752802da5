import { type Bill, billFor } from './bill.ts';
import { DAY_MS, playCalm, playIncident, SLOW_SERVICES, standingParts } from './hobby-account.ts';
import type { Recorded } from './recording.ts';
import { idleMonth, inOpenDay, openDay, recordedElsewhere } from './usage.ts';

/** US dollars a month, in an account that uses the always-free units for nothing else. */
export const AIM_USD = 0.1;
/** Assumption: what a cold function of this memory computes in a look: loading, 20 TLS handshakes, 26 signed calls. */
const COMPUTES_MS = 1_000;
/** The part of a calm day that is played with slow services. */
const SLOW_MS = DAY_MS / 24;

/** What one look takes. */
export interface PerLook {
  readonly calls: number;
  readonly mostCalls: number;
  readonly billedMs: number;
  readonly logBytes: number;
  readonly managementEvents: number;
  readonly s3WritesAnHour: number;
}

export interface Findings {
  /** How many days, and hours, were played. */
  readonly days: number;
  readonly hours: number;
  readonly idle: Bill;
  readonly slow: Bill & { readonly billedMs: number };
  readonly elsewhere: Bill;
  readonly incident: Bill;
  readonly perLook: PerLook;
  /** Of the incident: API calls, management events and those that change something, a day. */
  readonly incidentCalls: { readonly all: number; readonly events: number; readonly writes: number };
}

/** @param onStep told what is being played. */
export async function find(days: number, hours: number, onStep: (step: string) => void): Promise<Findings> {
  const parts = await standingParts();
  onStep(`${days} calm ${days === 1 ? 'day' : 'days'}`);
  const calm = await playCalm(days * DAY_MS);
  onStep('an hour of slow services');
  const slow = await playCalm(SLOW_MS, SLOW_SERVICES);
  onStep(`${hours} ${hours === 1 ? 'hour' : 'hours'} of an open incident`);
  const incident = await playIncident((hours * DAY_MS) / 24);
  const month = idleMonth(calm, parts);
  const slowMs = slow.billedMs / slow.runs + COMPUTES_MS;
  const slowDuration = ((month['lambda-duration'] ?? 0) * slowMs) / (calm.billedMs / calm.runs);
  return {
    ...{ days, hours },
    idle: billFor(month),
    slow: { ...billFor({ ...month, 'lambda-duration': slowDuration }), billedMs: Math.round(slowMs) },
    elsewhere: billFor(recordedElsewhere(calm)),
    incident: billFor(openDay(incident, parts)),
    perLook: perLookOf(calm),
    incidentCalls: {
      all: inOpenDay(incident, ({ calls }) => calls.total),
      events: inOpenDay(incident, ({ calls }) => calls.events),
      writes: inOpenDay(incident, ({ calls }) => calls.writes),
    },
  };
}

export function perLookOf({ calls, runs, billedMs, logBytes, ms }: Recorded): PerLook {
  const { perRun } = calls;
  return {
    calls: perRun[Math.floor(perRun.length / 2)] ?? 0,
    mostCalls: perRun.at(-1) ?? 0,
    billedMs: Math.round(billedMs / runs),
    logBytes: Math.round(logBytes / runs),
    managementEvents: calls.events / runs,
    s3WritesAnHour: ((calls.billed['s3-put'] ?? 0) / ms) * 3_600_000,
  };
}
