import type { Random } from '../../core/random.ts';
import { ServiceError } from '../../core/service.ts';
import type { Timeline } from '../../time/timeline.ts';
import { deniesEverything, type ManagedPolicies } from './managed-policies.ts';
import type { SimulatedRole } from './user.ts';

/** A document without a statement. Nobody asks such a role whom it trusts. */
const NO_TRUST = '{"Version":"2012-10-17","Statement":[]}';

interface TrustStatement {
  readonly Effect?: string;
  readonly Principal?: '*' | { readonly Service?: string | readonly string[] };
}

/** The roles of one account. Errors are IAM's own. */
export class RoleDirectory {
  readonly byName = new Map<string, SimulatedRole>();
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #policies: ManagedPolicies;

  constructor(timeline: Timeline, random: Random, policies: ManagedPolicies) {
    this.#timeline = timeline;
    this.#random = random;
    this.#policies = policies;
  }

  /** @throws ServiceError EntityAlreadyExists. */
  create(name: string, createdBy: string, trustPolicy = NO_TRUST): SimulatedRole {
    if (this.byName.has(name))
      throw new ServiceError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    const role: SimulatedRole = {
      name,
      id: `AROA${this.#random.base32(17)}`,
      arn: `arn:aws:iam::${this.#policies.accountId}:role/${name}`,
      createdAt: this.#timeline.now(),
      createdBy,
      trustPolicy,
      attachedPolicies: [],
      inlinePolicies: new Map(),
      isStripped: false,
    };
    this.byName.set(name, role);
    return role;
  }

  /** @throws ServiceError NoSuchEntity. */
  require(name: string): SimulatedRole {
    const role = this.byName.get(name);
    if (!role) throw missing(`The role with name ${name} cannot be found.`);
    return role;
  }

  /** @throws ServiceError DeleteConflict for a role that has policies. */
  delete(name: string): void {
    const { attachedPolicies, inlinePolicies } = this.require(name);
    if (attachedPolicies.length > 0 || inlinePolicies.size > 0)
      throw new ServiceError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
    this.byName.delete(name);
  }

  attach(name: string, policyArn: string): void {
    const { attachedPolicies } = this.require(name);
    this.#policies.require(policyArn);
    this.#change(name, { attachedPolicies: [...new Set([...attachedPolicies, policyArn])] });
  }

  detach(name: string, policyArn: string): void {
    const { attachedPolicies } = this.require(name);
    if (!attachedPolicies.includes(policyArn)) throw missing(`Policy ${policyArn} was not found.`);
    this.#change(name, { attachedPolicies: attachedPolicies.filter((arn) => arn !== policyArn) });
  }

  putInline(name: string, policy: string, document: string): void {
    this.#change(name, { inlinePolicies: new Map(this.require(name).inlinePolicies).set(policy, document) });
  }

  deleteInline(name: string, policy: string): void {
    const inlinePolicies = new Map(this.require(name).inlinePolicies);
    if (!inlinePolicies.delete(policy)) throw missing(`The role policy with name ${policy} cannot be found.`);
    this.#change(name, { inlinePolicies });
  }

  trust(name: string, trustPolicy: string): void {
    this.#change(name, { trustPolicy });
  }

  /** False when it is gone, is denied everything, or has lost its last policy. */
  permits(name: string): boolean {
    const role = this.byName.get(name);
    if (!role) return false;
    const { attachedPolicies, inlinePolicies, isStripped } = role;
    if (attachedPolicies.some((arn) => this.#policies.deniesEverything(arn))) return false;
    return !isStripped && ![...inlinePolicies.values()].some(deniesEverything);
  }

  /** Whether the role exists and lets this service use it. */
  trusts(name: string, service: string): boolean {
    const role = this.byName.get(name);
    if (!role) return false;
    const { Statement = [] } = JSON.parse(role.trustPolicy) as {
      Statement?: TrustStatement | TrustStatement[];
    };
    const statements = [Statement].flat();
    const names = (Effect: string) =>
      statements.some(
        (one) =>
          one.Effect === Effect &&
          (one.Principal === '*' || [one.Principal?.Service ?? []].flat().includes(service)),
      );
    return statements.length === 0 || (names('Allow') && !names('Deny'));
  }

  #change(name: string, change: Partial<SimulatedRole>): void {
    const former = this.require(name);
    const role = { ...former, ...change };
    const count = ({ attachedPolicies, inlinePolicies }: SimulatedRole) =>
      attachedPolicies.length + inlinePolicies.size;
    const isStripped = count(role) === 0 && (former.isStripped || count(former) > 0);
    this.byName.set(name, { ...role, isStripped });
  }
}

const missing = (message: string) => new ServiceError('NoSuchEntity', message, 404);
