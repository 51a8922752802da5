import type { Target } from '@aws-sdk/client-eventbridge';
import type { EventRecord } from './event-record.ts';

interface Occasion {
  readonly event: EventRecord;
  readonly ruleArn: string;
  readonly ruleName: string;
}

/**
 * What a rule sends to a target, as text: the event, a part of it, a constant, or what the transformer makes of it.
 * Source: EventBridge user guide, "Amazon EventBridge input transformation".
 * @throws Error for a JSON path that is not simulated.
 */
export function inputOf({ Input, InputPath, InputTransformer }: Target, occasion: Occasion): string {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(valueAt(occasion.event, InputPath) ?? null);
  if (!InputTransformer) return JSON.stringify(occasion.event);
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer;
  const variables = new Map<string, unknown>(
    Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(occasion.event, path)]),
  );
  for (const [name, value] of predefined(occasion)) variables.set(name, value);
  return fill(InputTemplate, variables);
}

/** Source: the same page, "Predefined variables". */
function predefined({ event, ruleArn, ruleName }: Occasion): readonly (readonly [string, unknown])[] {
  const { detail: _, ...withoutDetail } = event;
  return [
    ['aws.events.rule-arn', ruleArn],
    ['aws.events.rule-name', ruleName],
    ['aws.events.event.ingestion-time', event.time],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', event],
  ];
}

/**
 * Between quotes a value appears as its bare text, elsewhere as JSON. A variable whose path leads nowhere becomes
 * nothing. Text between quotes keeps its quotes, also in what SNS mails (assumption: seen in public reports).
 */
function fill(template: string, variables: ReadonlyMap<string, unknown>): string {
  let isQuoted = false;
  return template.replaceAll(/\\.|"|<([\w.-]+)>/g, (found: string, name: string | undefined) => {
    if (found === '"') isQuoted = !isQuoted;
    if (name === undefined || !variables.has(name)) return found;
    const value = variables.get(name);
    if (value === undefined) return '';
    return isQuoted ? bare(value) : JSON.stringify(value);
  });
}

/** Source: the same page, "Common issues with transforming input": a list or an object loses its quotes. */
const bare = (value: unknown): string =>
  typeof value === 'string'
    ? JSON.stringify(value).slice(1, -1)
    : JSON.stringify(value).replaceAll(/\\?"/g, '');

/** The value at a path of dots and array indices. */
function valueAt(event: unknown, path: string): unknown {
  if (!/^\$(\.[\w/-]+|\[\d+\])*$/.test(path)) throw new Error(`the JSON path ${path} is not simulated`);
  let value = event;
  for (const [, name, index] of path.matchAll(/\.([\w/-]+)|\[(\d+)\]/g))
    value = (value as Record<string, unknown> | null | undefined)?.[name ?? index ?? ''];
  return value;
}
