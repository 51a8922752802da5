import type { Settings } from '../lambda/core/settings.ts';

const HOUR_MS = 3_600_000;

/**
 * The settings with the moment at which `armAfterHours` ends, rounded up to the full hour so that two builds within an
 * hour are the same; a given `armAt` stays.
 * @param now ms since 1970.
 */
export function withArmingTime(settings: Settings, now: number): Settings {
  const { armAfterHours, armAt } = settings;
  if (armAfterHours === 0 || armAt) return settings;
  const at = Math.ceil((now + armAfterHours * HOUR_MS) / HOUR_MS) * HOUR_MS;
  return { ...settings, armAt: new Date(at).toISOString().replace('.000Z', 'Z') };
}

/**
 * The moment of the build, ms since 1970: SOURCE_DATE_EPOCH where it is set, in seconds, as reproducible-builds.org
 * specifies it, else the clock.
 * @param now reads the clock.
 * @throws Error when SOURCE_DATE_EPOCH is not a number of seconds.
 */
export function buildTime(env: NodeJS.ProcessEnv, now: () => number): number {
  const epoch = env['SOURCE_DATE_EPOCH'];
  if (!epoch) return now();
  if (!/^\d{1,11}$/.test(epoch)) throw new Error(`SOURCE_DATE_EPOCH is not a number of seconds: ${epoch}`);
  return Number(epoch) * 1000;
}
