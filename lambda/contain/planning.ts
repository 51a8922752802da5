import { minute } from '../core/calendar.ts';
import {
  type Action,
  isSkip,
  keyOf,
  type Planned,
  type Resource,
  type ResourceRef,
  refOf,
  type Skip,
} from '../core/model.ts';
import type { Descriptor } from '../core/policy/descriptor.ts';
import type { Exemptions } from '../core/policy/exemption.ts';
import { type Exemption, type PlanContext, verbFor } from '../core/policy/policy.ts';
import type { Deed, Kind } from '../kinds/kind.ts';

export interface Planning {
  /** The kind that listed the page. */
  readonly kind: Kind;
  readonly deed: Deed;
  readonly kindNamed: (name: string) => Descriptor | undefined;
  readonly exemptions: Exemptions;
  readonly context: PlanContext;
}

/** A kind wanted to change something exempt: a defect of the kind. Nothing of the same group is changed. */
export class ExemptError extends Error {
  override readonly name = 'ExemptError';
}

/**
 * Plans one page. Exempt resources are skipped before the kind is asked. The kind's plan is then checked: an
 * action on something exempt, or on the owner of something exempt, becomes a skip. So no kind can forget
 * exemptions. Pure.
 */
export function planPage(planning: Planning, page: readonly Resource[]): Planned[] {
  const { kind, deed, exemptions, context } = planning;
  const { policy } = context;
  // A run about exposed keys concerns only what a kind declares as meant; most kinds declare nothing.
  const isMeant = (resource: Resource) => kind.isMeant?.(resource, policy) ?? policy.exposed === undefined;
  const meant = page.filter(isMeant);
  const skips = new Map<Resource, Skip>();
  for (const resource of meant) {
    const exemption = exemptions.of(resource);
    if (exemption && !resource.isAtRest) skips.set(resource, exemptSkip(planning, resource, exemption));
  }
  const rest = meant.filter((resource) => !skips.has(resource));
  const planned = deed.plan?.(rest, context) ?? [];
  const found = new Map(page.map((each) => [keyOf(each), each]));
  const ends = planned.some(
    (each) => !isSkip(each) && planning.kindNamed(each.kind)?.verbs[each.verb]?.endsOwned,
  );
  const facts = { found, owned: ends ? ownedIn(page) : new Map() };
  return [
    ...skips.values(),
    ...planned.map((each) =>
      isSkip(each)
        ? withExemption(planning, each, facts)
        : (veto(planning, each, facts) ?? withReason(planning, each, facts)),
    ),
  ];
}

/** @throws ExemptError when a deed wants to make a further change, beside its plan, to something exempt. */
export function refuseExempt(exemptions: Exemptions, actions: readonly ResourceRef[]): void {
  const exempt = exemptions.among(actions);
  if (exempt) throw new ExemptError(`${keyOf(exempt)} is exempt: it must not be changed`);
}

/** A resource at rest is planned even if it is exempt: if the plan skips it, the skip names the exemption. */
function withExemption(planning: Planning, skip: Skip, { found }: PageFacts): Skip {
  const resource = found.get(keyOf(skip));
  const exemption = resource?.isAtRest && skip.skip !== 'at-rest' && planning.exemptions.of(resource);
  return resource && exemption ? exemptSkip(planning, resource, exemption) : skip;
}

function veto(planning: Planning, action: Action, { found, owned }: PageFacts): Skip | undefined {
  const { kind, scope } = action;
  const ref = refOf(action);
  const resource = found.get(keyOf(ref));
  const known = planning.kindNamed(kind);
  // Without its descriptor we cannot know whether it is exempt.
  if (!known) throw new Error(`${planning.kind.name} acts on ${kind}, which it does not bring`);
  const exemption = planning.exemptions.of(resource ?? ref);
  if (exemption) return resource ? exemptSkip(planning, resource, exemption) : plainSkip(ref, exemption);
  const verb = known.verbs[action.verb];
  const held = verb?.endsOwned && planning.exemptions.among(owned.get(keyOf(ref)));
  if (held) {
    const { code = 'allowed' } = planning.exemptions.of(held) ?? {};
    return { ...ref, skip: code, reason: `holds ${held.kind} ${held.id}, which is exempt` };
  }
  if (verb?.losesState && !mayLoseState(planning.context, scope))
    return { ...ref, skip: 'unstoppable', reason: `to ${action.verb} it would delete the data stored in it` };
  return undefined;
}

/** Whether the settings allow a change by which stored data is lost. */
export const mayLoseState = ({ policy }: Pick<PlanContext, 'policy'>, scope: string): boolean =>
  policy.unstoppable === 'terminate' || verbFor(policy, scope) === 'terminate';

/** Says why a change is made although the resource's owner is on the allowlist. */
function withReason({ kindNamed, exemptions }: Planning, action: Action, { found }: PageFacts): Action {
  const resource = found.get(keyOf(action));
  const owner = resource && exemptions.notSparedBy(resource);
  if (!owner) return action;
  const { list = 'resources', madeAt } = kindNamed(resource.kind)?.exempt ?? {};
  const made = minute(new Date(madeAt?.(resource.facts) ?? 0).toISOString());
  const notSpared =
    `${owner.id} is on the allowlist, but this was made ${made}, less than a day before the incident or ` +
    `since then, perhaps by an intruder: only its own id in allow.${list} spares it`;
  return { ...action, notSpared };
}

interface PageFacts {
  readonly found: ReadonlyMap<string, Resource>;
  /** By owner: what it owns, according to the page. */
  readonly owned: ReadonlyMap<string, readonly ResourceRef[]>;
}

function ownedIn(page: readonly Resource[]): PageFacts['owned'] {
  const owned = new Map<string, ResourceRef[]>();
  const note = (owner: ResourceRef, refs: readonly ResourceRef[]) => {
    const key = keyOf(owner);
    const known = owned.get(key) ?? [];
    for (const ref of refs) known.push(ref);
    owned.set(key, known);
  };
  for (const resource of page) {
    if (resource.owns) note(resource, resource.owns);
    const { owner } = resource;
    if (!owner) continue;
    // Each resource of an owner names all that the owner owns: noting it once is enough.
    if (owner.owns && !owned.has(keyOf(owner))) note(owner, owner.owns);
    note(owner, [resource]);
  }
  return owned;
}

function exemptSkip({ kindNamed }: Planning, resource: Resource, exemption: Exemption): Skip {
  const { kind, facts } = resource;
  const reason = kindNamed(kind)?.exempt?.reason?.(exemption, facts);
  const plain = plainSkip(refOf(resource), exemption);
  return reason === undefined || exemption.code === 'self' || exemption.code === 'unidentified'
    ? plain
    : { ...plain, reason };
}

const REASONS = {
  self: 'part of this kill switch',
  caller: 'the caller of this run, or something that the caller depends on',
  allowed: 'on the allowlist',
  unidentified: 'perhaps of whoever runs this: STS has not said who that is',
} as const;

const plainSkip = (ref: ResourceRef, { code, through }: Exemption): Skip => ({
  ...ref,
  skip: code,
  reason:
    through === 'owner' && code !== 'unidentified'
      ? `belongs to something that is ${REASONS[code]}`
      : REASONS[code],
});
