import { InvalidArgumentError } from 'commander';
import { region } from '../../lambda/core/setting-fields.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { ALLOWANCE_ID, LONGEST_REASON } from '../../lambda/core/tripwire/allowance.ts';
import { one } from '../terminal/options.ts';

/** What a person wants to announce. */
export interface AllowanceRequest {
  /** US dollars. */
  readonly usd: number;
  readonly durationMs: number;
  readonly region: string;
  readonly reason: string;
}

/** Reads `30`, `$30` or `30usd`, with cents or without. @throws InvalidArgumentError otherwise. */
export function dollars(text: string): number {
  const [, amount = ''] = /^\$?(\d{1,8}(?:\.\d{1,2})?)(?: ?usd)?$/i.exec(text) ?? [];
  if (!(Number(amount) > 0))
    throw new InvalidArgumentError(
      `"${text}" is not an amount of US dollars: expected e.g. 30usd, 30 or $30`,
    );
  return Number(amount);
}

/** Reads `90m`, `3h` or `1h30m` into milliseconds. @throws InvalidArgumentError otherwise. */
export function duration(text: string): number {
  const [, hours = '0', minutes = '0'] = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/.exec(text) ?? [];
  const ms = Number(hours) * 3_600_000 + Number(minutes) * 60_000;
  if (ms <= 0) throw new InvalidArgumentError(`"${text}" is not a duration: expected e.g. 90m, 3h or 1h30m`);
  return ms;
}

/** A region that this version knows. @throws InvalidArgumentError otherwise. */
export const knownRegion = one(region);

/** @throws InvalidArgumentError for what cannot be the id of an allowance. */
export function allowanceId(text: string): string {
  if (ALLOWANCE_ID.test(text)) return text;
  throw new InvalidArgumentError(`"${text}" is not an allowance; what there is: ./killswitch allow --list`);
}

export interface AllowFlags {
  readonly for?: number;
  readonly region?: string;
  readonly reason?: string;
}

/** @throws InputError naming everything that is missing. */
export function requestFrom(usd: number | undefined, flags: AllowFlags): AllowanceRequest {
  const reason = flags.reason?.trim();
  const problems = [
    usd === undefined ? 'amount: is required: the US dollars that the work may cost, e.g. 30usd' : '',
    flags.for === undefined ? '--for: is required: how long the work takes, e.g. --for 3h' : '',
    flags.region === undefined ? '--region: is required: where the work runs, e.g. --region us-east-1' : '',
    reason
      ? reason.length > LONGEST_REASON
        ? `--reason: has ${reason.length} characters: at most ${LONGEST_REASON}`
        : ''
      : '--reason: is required: one sentence for the people who read about it, e.g. --reason "training run"',
  ].filter((problem) => problem !== '');
  if (
    usd === undefined ||
    flags.for === undefined ||
    flags.region === undefined ||
    !reason ||
    problems.length > 0
  )
    throw new InputError(problems);
  return { usd, durationMs: flags.for, region: flags.region, reason };
}
