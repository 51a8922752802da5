import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ministack } from '../../../lab/testbed/ministack.ts';
import type { Person } from './person.ts';

export const ACCOUNT = '123456789012';
export const SETTINGS = { email: 'owner@example.com', monthlyBudgetUsd: 50, homeRegions: ['us-east-1'] };

/** The region that forwards its signals. */
export const FORWARDED = 'eu-central-1';

/** Who lives the hour, and where: set before its first test. */
export const story = {} as { person: Person; ministack: Ministack };

/** An AWS CLI command as JSON. */
export async function aws<T>(command: string): Promise<T> {
  const { code, text } = await story.person.types(`aws ${command} --output json`);
  if (code !== 0) throw new Error(`aws ${command}: ${text}`);
  return JSON.parse(text || 'null') as T;
}
export const running = async (): Promise<string[]> =>
  (
    await aws<string[]>(
      "ec2 describe-instances --query 'Reservations[].Instances[?State.Name==`running`][].InstanceId'",
    )
  ).toSorted((a, b) => a.localeCompare(b));
export const keysOf = async (user: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await aws<[string, string][]>(
      `iam list-access-keys --user-name ${user} --query 'AccessKeyMetadata[].[AccessKeyId,Status]'`,
    ),
  );
export const settings = (more: object = {}) =>
  writeFileSync(
    join(story.person.clone, 'killswitch.config.json'),
    JSON.stringify({ ...SETTINGS, allow: { users: ['owner'] }, ...more }),
  );
export const output = async (name: string): Promise<string> =>
  (
    await aws<string[]>(
      `cloudformation describe-stacks --stack-name Killswitch --query "Stacks[0].Outputs[?OutputKey=='${name}'].OutputValue"`,
    )
  )[0] ?? '';
export const problems = async (): Promise<string[]> => {
  const { text } = await story.person.types('./killswitch status --json 2>/dev/null');
  return (JSON.parse(text) as { problems: string[] }).problems;
};
export const proposed = (lines: readonly string[], pattern: RegExp): string =>
  lines.map((line) => pattern.exec(line)?.[0]).find((found) => found !== undefined) ?? 'nothing is proposed';
export const incidentIn = (text: string): string => /ks-\d{8}-\d{6}-\w+/.exec(text)?.[0] ?? 'none';
/** The function goes by the real time: on a slow machine it may say that its journal was late, which is 3. */
export const BY_FUNCTION = [0, 3];
