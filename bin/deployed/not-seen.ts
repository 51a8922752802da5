import { errorFacts } from '../../lambda/core/model.ts';
import { DEFAULT_REGIONS, GLOBAL_REGION } from '../../lambda/core/regions.ts';
import type { TripwireStatus } from '../../lambda/engine/tripwire-status.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { WITHOUT_BUDGETS } from '../../lib/stack-names.ts';
import type { DeployedStack } from './stack.ts';

type Known = boolean | { readonly unknown: string };

/** What else watches the account, in the stack's region. */
export interface Sight {
  /** A CloudTrail trail logs there. */
  readonly trail: Known;
  readonly guardDuty: Known;
}

/** Looks for a trail and a GuardDuty detector. Reads only; never rejects. */
export async function checkSight(clients: Clients, { region }: DeployedStack): Promise<Sight> {
  const known = (asked: Promise<boolean>): Promise<Known> =>
    asked.catch((thrown: unknown) => ({ unknown: errorFacts(thrown).error }));
  const [trail, guardDuty] = await Promise.all([
    known(isTrailLogging(clients, region)),
    known(isGuardDutyOn(clients, region)),
  ]);
  return { trail, guardDuty };
}

/** Trails of other regions and of an organization are shadow trails, which answer to their ARN only (API_GetTrailStatus). */
async function isTrailLogging(clients: Clients, region: string): Promise<boolean> {
  const { CloudTrailClient, DescribeTrailsCommand, GetTrailStatusCommand } = await import(
    '@aws-sdk/client-cloudtrail'
  );
  const client = clients.of(CloudTrailClient, region);
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({}), clients.options);
  const answers = await Promise.allSettled(
    trailList.map(({ TrailARN: Name }) => client.send(new GetTrailStatusCommand({ Name }), clients.options)),
  );
  if (answers.some((answer) => answer.status === 'fulfilled' && answer.value.IsLogging === true)) return true;
  const refused = answers.find((answer) => answer.status === 'rejected');
  if (refused) throw refused.reason;
  return false;
}

/** An account has at most one detector in a region (API_CreateDetector). */
async function isGuardDutyOn(clients: Clients, region: string): Promise<boolean> {
  const { GetDetectorCommand, GuardDutyClient, ListDetectorsCommand } = await import(
    '@aws-sdk/client-guardduty'
  );
  const client = clients.of(GuardDutyClient, region);
  const { DetectorIds: [DetectorId] = [] } = await client.send(new ListDetectorsCommand({}), clients.options);
  if (DetectorId === undefined) return false;
  const { Status } = await client.send(new GetDetectorCommand({ DetectorId }), clients.options);
  return Status === 'ENABLED';
}

/** The most regions that are named one by one. */
const NAMED = 8;

/**
 * What the kill switch does not see, or sees late. For information: the scheduled look needs none of it.
 *
 * Sources: EventBridge, "AWS service events delivered via AWS CloudTrail" (a trail with logging enabled is required);
 * AWS Health, "Creating EventBridge rules for AWS Region coverage" (global events: us-east-1, and us-west-2 as a backup);
 * re:Post, "EventBridge rule … global services" (IAM's events are on the bus of us-east-1 only).
 */
export function notSeen(
  { region, budgetName }: Pick<DeployedStack, 'region' | 'budgetName'>,
  { trail, guardDuty }: Sight,
  tripwire: TripwireStatus | undefined,
): string[] {
  const lines: string[] = budgetName === undefined ? [WITHOUT_BUDGETS] : [];
  if (trail === false)
    lines.push(
      `no trail: tampering with the switch and suspicious IAM activity are not seen at once. CloudTrail has none that logs in ${region}`,
    );
  if (guardDuty === false)
    lines.push(
      `GuardDuty is off in ${region}: mining and stolen credentials are only seen by what they cost`,
    );
  if (typeof trail === 'object') lines.push(`whether a trail logs in ${region} is unknown: ${trail.unknown}`);
  if (typeof guardDuty === 'object')
    lines.push(`whether GuardDuty is on in ${region} is unknown: ${guardDuty.unknown}`);
  if (region !== GLOBAL_REGION)
    lines.push(
      `AWS Health's word that a key is public, and what is done in IAM, reach ${GLOBAL_REGION} only: this stack is in ${region}`,
    );
  const forwarded = [region, ...(tripwire?.forwardFrom ?? [])];
  const others = DEFAULT_REGIONS.filter((each) => !forwarded.includes(each));
  if (others.length > 0)
    lines.push(
      `no forwarding from ${others.length > NAMED ? `any region but ${forwarded.join(', ')}` : others.join(', ')}: ` +
        'GuardDuty findings and new machines there are not seen at once (guard.forwardFrom)',
    );
  return lines;
}
