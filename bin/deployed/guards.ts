import { errorFacts } from '../../lambda/core/model.ts';
import { REVERT_DRIFT } from '../../lambda/core/report/repair.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { ownPrefix, scheduleName } from '../../lib/stack-names.ts';
import { createdResources } from './cloudformation.ts';
import { type Link, link } from './link.ts';
import type { DeployedStack } from './stack.ts';

export const SCHEDULE_LINK = 'schedule of the tripwire';
const WHO_THEN = `look who did it, then ${REVERT_DRIFT}`;

/**
 * Looks at what wakes the function without Budgets: its schedule, its rules, and the alarms that tell when the function
 * itself fails. What CloudFormation created and is not there any more is found by its name. Reads only; never rejects.
 */
export async function checkGuards(clients: Clients, stack: DeployedStack): Promise<Link[]> {
  const created = createdNames(clients, stack);
  created.catch(() => {}); // said by each link that needs it
  return Promise.all([
    checkSchedule(clients, stack),
    link('rules for signals', async () => checkRules(await rulesOf(clients, stack), await created)),
    link('alarms about the switch itself', async () =>
      checkAlarms(await alarmsOf(clients, stack), await created),
    ),
  ]);
}

/** Whether the schedule wakes the function. Source: EventBridge Scheduler, API_GetSchedule. Never rejects. */
const checkSchedule = (clients: Clients, stack: DeployedStack): Promise<Link> =>
  link(SCHEDULE_LINK, async () => {
    const { GetScheduleCommand, SchedulerClient } = await import('@aws-sdk/client-scheduler');
    const Name = scheduleName(stack.name);
    const client = clients.of(SchedulerClient, stack.region);
    const found = await client
      .send(new GetScheduleCommand({ Name }), clients.options)
      .catch((thrown: unknown) => {
        if (errorFacts(thrown).code === 'ResourceNotFoundException') return undefined;
        throw thrown;
      });
    if (!found) return { ok: false, detail: `${Name} is not there: ${REVERT_DRIFT}` };
    const target = found.Target?.Arn ?? 'nothing';
    if (target !== stack.functionArn)
      return {
        ok: false,
        detail: `${Name} wakes ${target}, not the function: ${WHO_THEN}`,
      };
    return found.State === 'ENABLED'
      ? { ok: true, detail: `${Name}, ${found.ScheduleExpression}, is enabled` }
      : { ok: false, detail: `${Name} is ${found.State}: ${WHO_THEN}` };
  });

interface Named {
  readonly name: string;
  readonly state: string;
}

/** Rules of the default bus. ENABLED and ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS both match (API_Rule). */
function checkRules(rules: readonly Named[], { rules: created }: CreatedNames) {
  const problems = [
    ...missing(rules, created),
    ...rules
      .filter(({ state }) => !state.startsWith('ENABLED'))
      .map(({ name, state }) => `${name} is ${state}: ${WHO_THEN}`),
  ];
  return verdict('rules', rules, problems, 'are enabled');
}

function checkAlarms(
  alarms: readonly (Named & { readonly tells: boolean })[],
  { alarms: created }: CreatedNames,
) {
  const problems = [
    ...missing(alarms, created),
    ...alarms
      .filter(({ state }) => state === 'ALARM')
      .map(({ name }) => `${name} is in ALARM: its description says what to do`),
    ...alarms
      .filter(({ tells }) => !tells)
      .map(({ name }) => `${name} tells nobody, its actions are off: ${WHO_THEN}`),
  ];
  return verdict('alarms', alarms, problems, 'are quiet');
}

const missing = (found: readonly Named[], created: readonly string[]): string[] =>
  created
    .filter((each) => !found.some(({ name }) => name === each))
    .map((each) => `${each} was deleted: ${WHO_THEN}`);

function verdict(what: string, found: readonly Named[], problems: readonly string[], well: string) {
  if (problems.length > 0) return { ok: false, detail: problems.join('; ') };
  if (found.length === 0) return { ok: false, detail: `no ${what} are there: ${REVERT_DRIFT}` };
  return { ok: true, detail: `${found.length} ${what} ${well}` };
}

async function rulesOf(clients: Clients, { name, region }: DeployedStack): Promise<Named[]> {
  const { EventBridgeClient, ListRulesCommand } = await import('@aws-sdk/client-eventbridge');
  const client = clients.of(EventBridgeClient, region);
  const found: Named[] = [];
  let NextToken: string | undefined;
  do {
    const query = new ListRulesCommand({ NamePrefix: ownPrefix(name), NextToken });
    const page = await client.send(query, clients.options);
    for (const { Name = '', State = 'unknown' } of page.Rules ?? []) found.push({ name: Name, state: State });
    ({ NextToken } = page);
  } while (NextToken);
  return found;
}

/** Metric alarms, which are what DescribeAlarms returns unless asked for others. */
async function alarmsOf(clients: Clients, { name, region }: DeployedStack) {
  const { CloudWatchClient, paginateDescribeAlarms } = await import('@aws-sdk/client-cloudwatch');
  const client = clients.of(CloudWatchClient, region);
  const found: (Named & { readonly tells: boolean })[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix: ownPrefix(name) },
    clients.options,
  ))
    for (const { AlarmName = '', StateValue = 'unknown', ActionsEnabled, AlarmActions = [] } of MetricAlarms)
      found.push({
        name: AlarmName,
        state: StateValue,
        tells: ActionsEnabled !== false && AlarmActions.length > 0,
      });
  return found;
}

interface CreatedNames {
  readonly rules: readonly string[];
  readonly alarms: readonly string[];
}

/**
 * What the stack created. For rules of the default bus and for alarms the physical id is the name (CloudFormation, "Return
 * values" of AWS::Events::Rule and AWS::CloudWatch::Alarm).
 */
async function createdNames(clients: Clients, { name, region }: DeployedStack): Promise<CreatedNames> {
  const created = await createdResources(clients, name, region);
  const of = (wanted: string) => created.filter(({ type }) => type === wanted).map(({ id }) => id);
  return { rules: of('AWS::Events::Rule'), alarms: of('AWS::CloudWatch::Alarm') };
}
