import fc from 'fast-check';
import {
  type Facts,
  GLOBAL,
  isSkip,
  keyOf,
  type Planned,
  type Resource,
  type ResourceRef,
} from '../../lambda/core/model.ts';
import { Exemptions } from '../../lambda/core/policy/exemption.ts';
import {
  allowlist,
  type Caller,
  DEFAULT_POLICY,
  type PlanContext,
  type Policy,
} from '../../lambda/core/policy/policy.ts';
import { byName } from '../../lambda/core/policy/undo.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { KeyFacts } from '../../lambda/kinds/iam-access-key/facts.ts';

const REGION = 'us-east-1';
const number = (max: number) => fc.nat({ max });
const instanceIds = number(12).map((n) => `i-${String(n).padStart(8, '0')}`);
const keyIds = number(12).map((n) => `AKIA${String(n).padStart(16, 'A')}`);
const userNames = fc.constantFrom('alice', 'bob', 'eve', 'mallory');
const setOf = <T>(item: fc.Arbitrary<T>) =>
  fc.uniqueArray(item, { maxLength: 4 }).map((items) => new Set(items));

export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    mode: fc.constantFrom('stop', 'terminate'),
    unstoppable: fc.constantFrom('report', 'terminate'),
    homeRegions: fc.constantFrom(new Set<string>(), new Set([REGION])),
    terminateElsewhere: fc.boolean(),
    quarantine: fc.constantFrom('keys', 'users'),
    allow: fc.record({
      accessKeys: setOf(keyIds),
      users: setOf(fc.oneof(userNames, userNames.map(arnOf))),
      instances: setOf(instanceIds),
    }),
  })
  .map((some) => ({ ...DEFAULT_POLICY, ...some, allow: allowlist(some.allow) }));

const anyCaller: fc.Arbitrary<Caller> = fc.record(
  { exemptKeys: setOf(keyIds), exemptUser: userNames, instanceId: instanceIds, unknown: fc.boolean() },
  { requiredKeys: ['exemptKeys', 'unknown'] },
);

/** What a run knows, and what is exempt in it. */
export interface AnyRun {
  readonly caller: Caller;
  readonly exemptions: Exemptions;
  readonly context: PlanContext;
}

export const anyRun: fc.Arbitrary<AnyRun> = fc
  .record({
    policy: anyPolicy,
    caller: anyCaller,
    incidentOpenedAt: fc.constantFrom(0, Date.UTC(2026, 0, 31)),
    acted: setOf(number(5).map((n) => `ec2-auto-scaling-group/${REGION}/group-${n}`)),
    seen: setOf(instanceIds.map((id) => `ec2-instance/${REGION}/${id}`)),
  })
  .map(({ caller, ...known }) => {
    const exemptions = new Exemptions(byName(allKinds), { allow: known.policy.allow, caller, self: [] });
    const context = {
      ...known,
      isCallerUnknown: caller.unknown,
      exemption: (ref: ResourceRef) => exemptions.of(ref),
    };
    return { caller, exemptions, context };
  });

function arnOf(user: string): string {
  return `arn:aws:iam::123456789012:user/${user}`;
}

const distinct = <F extends Facts>(
  kind: string,
  scope: string,
  ids: fc.Arbitrary<string>,
  facts: fc.Arbitrary<F>,
) =>
  fc.uniqueArray(fc.record({ kind: fc.constant(kind), scope: fc.constant(scope), id: ids, facts }), {
    selector: ({ id }) => id,
    maxLength: 12,
  });

/** Any resources that discovery could yield, for each kind that plans. */
export const anyResources: Readonly<Record<string, fc.Arbitrary<Resource[]>>> = {
  'ec2-instance': distinct(
    'ec2-instance',
    REGION,
    instanceIds,
    fc.record({
      type: fc.constant('t3.micro'),
      state: fc.constantFrom('pending', 'running', 'stopping', 'stopped'),
      spot: fc.constantFrom('no', 'one-time', 'persistent'),
      instanceStore: fc.boolean(),
      group: fc.constantFrom(null, 'web'),
      launchedAt: fc.constant(null),
      transition: fc.constantFrom(
        '',
        'User initiated (2026-01-30 23:59:59 GMT)',
        'User initiated (2026-01-31 00:00:01 GMT)',
        'garbage (',
      ),
    }),
  ),
  'ec2-auto-scaling-group': distinct(
    'ec2-auto-scaling-group',
    REGION,
    number(5).map((n) => `group-${n}`),
    fc.record({
      min: number(3),
      max: number(9),
      desired: number(9),
      suspended: fc.subarray([
        'Launch',
        'Terminate',
        'HealthCheck',
        'ReplaceUnhealthy',
        'AZRebalance',
        'AlarmNotification',
      ]),
      members: fc.uniqueArray(instanceIds, { maxLength: 4 }),
      active: fc.uniqueArray(instanceIds, { maxLength: 4 }),
    }),
  ).map((groups) =>
    groups.map((group) => ({
      ...group,
      owns: group.facts.members.map((id) => ({ kind: 'ec2-instance', scope: REGION, id })),
    })),
  ),
  'ec2-spot-request': distinct(
    'ec2-spot-request',
    REGION,
    number(9).map((n) => `sir-${n}`),
    fc.record({
      type: fc.constantFrom('persistent', 'one-time'),
      state: fc.constantFrom('open', 'active', 'disabled'),
      instance: fc.option(instanceIds),
      launchSpecification: fc.constant('{}'),
    }),
  ),
  'iam-access-key': fc
    .uniqueArray(fc.record({ id: keyIds, user: userNames, created: fc.constant(null) }), {
      selector: ({ id }) => id,
      maxLength: 12,
    })
    .chain((keys) =>
      fc.record({
        keys: fc.constant(keys),
        denied: setOf(userNames),
        inactive: fc.dictionary(userNames, fc.array(keyIds, { maxLength: 1 })),
      }),
    )
    .map(({ keys, denied, inactive }) =>
      keys.map(
        ({ id, user, created }): Resource<KeyFacts> => ({
          kind: 'iam-access-key',
          scope: GLOBAL,
          id,
          facts: {
            user,
            userArn: arnOf(user),
            created,
            denied: denied.has(user),
            boundary: null,
            siblings: [
              ...keys.filter((key) => key.user === user).map((key) => key.id),
              ...(inactive[user] ?? []),
            ],
          },
          owner: { kind: 'iam-user', scope: GLOBAL, id: user },
        }),
      ),
    ),
  'iam-root-key': fc.constantFrom(
    [],
    [{ kind: 'iam-root-key', scope: GLOBAL, id: 'root', facts: { keys: 1 } }],
  ),
};

export const actionsOf = (planned: readonly Planned[]) =>
  planned.flatMap((each) => (isSkip(each) ? [] : [each]));
/** Sorted, since a plan's order means nothing. */
export const keysOf = (refs: readonly ResourceRef[]) => refs.map(keyOf).sort((a, b) => (a < b ? -1 : 1));
