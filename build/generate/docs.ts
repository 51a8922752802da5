import { notExamined } from '../../lambda/core/policy/coverage.ts';
import type { Descriptor, Grant } from '../../lambda/core/policy/descriptor.ts';
import { ENGINE_GRANTS } from '../../lambda/core/policy/permissions.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import type { Behaviour } from '../../simulated-aws/core/behaviour.ts';
import { markdownTable } from '../markdown-table.ts';

type Statement = {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: '*';
  Condition?: Grant['condition'];
};

/** Policies to attach to whoever runs the command line, by what they may do. */
export function cliPolicies(
  kinds: readonly Descriptor[],
): Record<'plan' | 'fire' | 'include-caller' | 'restore' | 'deployed' | 'uninstall', unknown> {
  const look = [...ENGINE_GRANTS, ...kinds.flatMap(({ discover = [] }) => discover)];
  const verbs = kinds.flatMap((kind) => Object.values(kind.verbs));
  const grantsOf = (isForCaller: boolean) =>
    verbs
      .filter(({ isForCallerOnly = false }) => isForCallerOnly === isForCaller)
      .flatMap(({ grants }) => grants);
  const undo = kinds.flatMap(({ restore }) => restore);
  const whoAmI: Grant[] = [{ action: 'sts:GetCallerIdentity' }];
  const aliases: Grant[] = [{ action: 'iam:ListAccountAliases' }];
  return {
    plan: policy([...look]),
    fire: policy([...look, ...aliases, ...grantsOf(false)]),
    // Beside the policy of fire. Whoever may write policies can become anybody, so it is a policy of its own.
    'include-caller': policy(grantsOf(true)),
    restore: policy([...whoAmI, ...undo]),
    // status, test-alarm, allow, fire --deployed, and a journal in the stack's bucket.
    deployed: policy([...whoAmI, ...DEPLOYED.map((action) => ({ action }))]),
    uninstall: policy([...whoAmI, ...UNINSTALL.map((action) => ({ action }))]),
  };
}

const DEPLOYED = [
  'cloudformation:DescribeStacks',
  'cloudformation:ListStackResources',
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetTrailStatus',
  'cloudwatch:DescribeAlarms',
  'events:ListRules',
  'guardduty:GetDetector',
  'guardduty:ListDetectors',
  'iam:GetAccessKeyLastUsed',
  'iam:ListAccessKeys',
  'scheduler:GetSchedule',
  'lambda:InvokeFunction',
  'sns:GetTopicAttributes',
  'sns:ListSubscriptionsByTopic',
  'sns:Publish',
  'budgets:ViewBudget',
  's3:GetObject',
  's3:ListBucket',
  's3:PutObject',
];

/** CloudFormation itself works with the role that it deployed with. */
const UNINSTALL = [
  'cloudformation:DeleteStack',
  'cloudformation:DescribeStacks',
  'cloudformation:ListStackResources',
  'cloudformation:UpdateTerminationProtection',
  'ec2:DescribeRegions',
];

/** One statement for all plain actions, one for each condition. */
function policy(grants: readonly Grant[]): unknown {
  const plain = new Set(grants.filter((grant) => !grant.condition).map((grant) => grant.action));
  const narrowed = new Map(
    grants.flatMap((grant) => (grant.condition ? [[JSON.stringify(grant), grant]] : [])),
  );
  const statements: Statement[] = [
    { Sid: 'Plain', Effect: 'Allow', Action: [...plain].sort(byName), Resource: '*' },
  ];
  for (const [at, { action, condition }] of [...narrowed.values()].entries())
    statements.push({
      Sid: `Narrowed${at + 1}`,
      Effect: 'Allow',
      Action: [action],
      Resource: '*',
      ...(condition ? { Condition: condition } : {}),
    });
  return { Version: '2012-10-17', Statement: statements };
}

/** docs/kinds.md: a row for each kind. */
export function kindsPage(kinds: readonly Descriptor[]): string {
  const names = (grants: readonly Grant[]) =>
    [
      ...new Set(grants.map(({ action, condition }) => `\`${action}\`${condition ? ' (narrowed)' : ''}`)),
    ].join(', ') || '–';
  const rows = kinds.map(({ name, title, scope, discover = [], verbs: changes, restore }) => {
    const verbs = Object.entries(changes)
      .map(([verb, { grants }]) => `**${verb}**: ${names(grants)}`)
      .join('; ');
    return [`\`${name}\``, title, scope, names(discover), verbs || 'reported only', names(restore)];
  });
  return [
    '# Kinds',
    '',
    'Made from the code by `npm run generate`. `narrowed`: allowed only with the condition that stands in the policy.',
    'Launchers come before what they launch; restore runs through the list backwards.',
    '',
    markdownTable(['kind', 'what', 'scope', 'to look', 'to act', 'to restore'], rows),
    '',
    '## Not reached',
    '',
    'What bills or lets somebody in, and no kind reaches: every report says so.',
    '',
    ...notExamined(DEFAULT_POLICY, kinds).map((line) => `- ${line}`),
    '',
  ].join('\n');
}

/** docs/simulated-account.md: what the simulation claims of AWS, and on whose word. */
export function simulationPage(claims: Readonly<Record<string, readonly Behaviour[]>>): string {
  const all = Object.values(claims).flat();
  const assumed = all.filter(({ source }) => source.startsWith('assumption')).length;
  return [
    '# The simulated account',
    '',
    `Made from the code by \`npm run generate\`. ${all.length} behaviours, each with one test of its own (\`test/simulated-aws/\`); ${assumed} of them are`,
    'assumptions, where AWS documents nothing. Why it exists, and how it is kept honest: [ADR 14](adr/0014-simulated-account.md).',
    '',
    ...Object.entries(claims).flatMap(([part, behaviours]) => [
      `## ${part}`,
      '',
      markdownTable(
        ['claim', 'source'],
        behaviours.map(({ claim, source }) => [claim, source]),
      ),
      '',
    ]),
  ].join('\n');
}

const byName = (a: string, b: string) => (a < b ? -1 : 1);
