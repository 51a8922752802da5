import * as v from 'valibot';
import { GLOBAL_REGION } from './core/regions.ts';
import { STACK_NAME } from './core/report/next-commands.ts';
import { needsPathStyle } from './shell/journal/s3-store.ts';

const topic = v.pipe(v.string(), v.regex(/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$/));

/**
 * What only the deployed template knows. The user's settings are inside the asset (`settings.json`) because
 * the environment holds only 4 KB, and because somebody who edits the environment must not change what we
 * spare.
 */
const environment = v.object({
  KILLSWITCH_ACCOUNT: v.pipe(v.string(), v.regex(/^\d{12}$/)),
  KILLSWITCH_BUDGET: v.string(),
  KILLSWITCH_ALARM_TOPIC: topic,
  KILLSWITCH_CONTROL_TOPIC: topic,
  KILLSWITCH_REPORT_TOPIC: topic,
  KILLSWITCH_JOURNAL_BUCKET: v.string(),
  /** The stack's name. Mails propose commands with it: what is no name must not reach a shell, nor end the function. */
  KILLSWITCH_STACK: v.fallback(v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/)), STACK_NAME),
  /** Names of the parts that the self-check looks at; several names are separated by commas. */
  KILLSWITCH_SCHEDULE: v.string(),
  KILLSWITCH_RULES: v.string(),
  KILLSWITCH_ALARMS: v.string(),
  /** Lambda sets these. Source: Lambda developer guide, "Defined runtime environment variables". */
  AWS_REGION: v.optional(v.string(), GLOBAL_REGION),
  AWS_LAMBDA_FUNCTION_NAME: v.optional(v.string()),
  AWS_EXECUTION_ENV: v.optional(v.string()),
});

/** The variables that the template sets. */
export type EnvironmentName = Extract<keyof v.InferOutput<typeof environment>, `KILLSWITCH_${string}`>;

export interface Environment {
  readonly account: string;
  readonly budget: string;
  readonly alarmTopic: string;
  readonly controlTopic: string;
  readonly reportTopic: string;
  readonly journalBucket: string;
  readonly stack: string;
  readonly schedule: string;
  readonly rules: readonly string[];
  readonly alarms: readonly string[];
  readonly region: string;
  readonly functionName: string | undefined;
  /** The managed runtime: `AWS_Lambda_nodejs22.x`. */
  readonly runtime: string | undefined;
  /** An emulator replaces AWS. */
  readonly isEmulated: boolean;
}

/** Reads the function's environment. @throws ValiError when the template did not set a variable. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const read = v.parse(environment, env);
  return {
    account: read.KILLSWITCH_ACCOUNT,
    budget: read.KILLSWITCH_BUDGET,
    alarmTopic: read.KILLSWITCH_ALARM_TOPIC,
    controlTopic: read.KILLSWITCH_CONTROL_TOPIC,
    reportTopic: read.KILLSWITCH_REPORT_TOPIC,
    journalBucket: read.KILLSWITCH_JOURNAL_BUCKET,
    stack: read.KILLSWITCH_STACK,
    schedule: read.KILLSWITCH_SCHEDULE,
    rules: namesIn(read.KILLSWITCH_RULES),
    alarms: namesIn(read.KILLSWITCH_ALARMS),
    region: read.AWS_REGION,
    functionName: read.AWS_LAMBDA_FUNCTION_NAME,
    runtime: read.AWS_EXECUTION_ENV,
    isEmulated: needsPathStyle(env),
  };
}

const namesIn = (list: string): string[] => list.split(',').filter((name) => name !== '');

/** ARNs of this kill switch's own parts: no kind may change them, whatever is written into the account. */
export function ownArns(environment: Environment): string[] {
  const { account, alarmTopic, controlTopic, reportTopic, journalBucket } = environment;
  const { schedule, rules, alarms, region, functionName: name } = environment;
  const own = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  return [
    alarmTopic,
    controlTopic,
    reportTopic,
    `arn:aws:s3:::${journalBucket}`,
    own('scheduler', `schedule/default/${schedule}`),
    ...rules.map((rule) => own('events', `rule/${rule}`)),
    ...alarms.map((alarm) => own('cloudwatch', `alarm:${alarm}`)),
    ...(name ? [own('lambda', `function:${name}`)] : []),
  ];
}
