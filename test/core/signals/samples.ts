import { readFileSync } from 'node:fs';
import { DEFAULT_POLICY } from '../../../lambda/core/policy/policy.ts';
import { InputError } from '../../../lambda/core/settings.ts';
import type { SignalContext } from '../../../lambda/core/signals/event.ts';
import { parseSignal } from '../../../lambda/core/signals/index.ts';

export const ACCOUNT = '123456789012';
export const KEY = 'AKIAIOSFODNN7EXAMPLE';
export const CONTEXT: SignalContext = { account: ACCOUNT, allow: DEFAULT_POLICY.allow };

type Json = Record<string, unknown>;
export interface SampleEvent extends Json {
  readonly detail: Json;
}

/** A sample that AWS publishes. @param fill values for its placeholders */
export function sample<T = SampleEvent>(name: string, fill: Readonly<Record<string, string>> = {}): T {
  let text = readFileSync(new URL(`../fixtures/signals/${name}.json`, import.meta.url), 'utf8');
  for (const [placeholder, value] of Object.entries(fill)) text = text.replaceAll(placeholder, value);
  return JSON.parse(text) as T;
}

/** The same event with other fields in its detail; undefined removes a field. */
export const withDetail = (event: SampleEvent, detail: Json): SampleEvent => ({
  ...event,
  detail: { ...event.detail, ...detail },
});

/**
 * A CloudTrail record as EventBridge wraps it.
 * Source: EventBridge User Guide, "AWS service events delivered via CloudTrail".
 */
export const apiCall = (source: string, detail: Json): SampleEvent => ({
  version: '0',
  id: '36eb8523-6d0c-4e6c-8b2b-3c6d1b1a0f5e',
  'detail-type': 'AWS API Call via CloudTrail',
  source,
  account: ACCOUNT,
  time: '2026-01-31T12:00:00Z',
  region: 'us-east-1',
  resources: [],
  detail,
});

export const parse = (event: unknown, context = CONTEXT) => parseSignal(event, context);

/** The parser's error message. */
export function refusal(event: unknown, context = CONTEXT): string {
  try {
    parseSignal(event, context);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
}
