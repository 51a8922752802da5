import type { Random } from '../../core/random.ts';
import { ServiceError } from '../../core/service.ts';
import type { Timeline } from '../../time/timeline.ts';
import type { ManagedPolicies } from './managed-policies.ts';
import { Propagating } from './propagating.ts';
import { newKey } from './sessions.ts';
import type { AccessKeyCredentials, SimulatedUser } from './user.ts';

/** Quotas per user. Source: IAM user guide, "IAM and AWS STS quotas". */
const ACCESS_KEYS = 2;
const MANAGED_POLICIES = 10;
const INLINE_CHARACTERS = 2_048;

/** The users of one account, as they are now and as they were a moment ago. Errors are IAM's own. */
export class UserDirectory {
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #policies: ManagedPolicies;
  readonly #users = new Map<string, Propagating<SimulatedUser | undefined>>();
  /** Names in lower case, since names of two users differ in more than case. */
  readonly #names = new Set<string>();
  readonly #keys = new Map<string, { readonly owner: string; readonly createdAt: number }>();
  #sorted: string[] | undefined;

  constructor(timeline: Timeline, random: Random, policies: ManagedPolicies) {
    this.#timeline = timeline;
    this.#random = random;
    this.#policies = policies;
  }

  /** Users as they are, in the order of creation. */
  *all(): IterableIterator<SimulatedUser> {
    for (const { written } of this.#users.values()) if (written) yield written;
  }

  get size(): number {
    return this.#names.size;
  }

  find(name: string): SimulatedUser | undefined {
    return this.#users.get(name)?.written;
  }

  /** The user at that time; undefined when the user did not exist. */
  asOf(name: string, time: number): SimulatedUser | undefined {
    return this.#users.get(name)?.asOf(time);
  }

  /** Names of everybody who is or was a user, in IAM's order. */
  names(): readonly string[] {
    this.#sorted ??= [...this.#users.keys()].sort((a, b) => (a < b ? -1 : 1));
    return this.#sorted;
  }

  /** The name of a key's user, also for a deleted key. */
  ownerOf(accessKeyId: string): string | undefined {
    return this.#keys.get(accessKeyId)?.owner;
  }

  createdAt(accessKeyId: string): number {
    return this.#keys.get(accessKeyId)?.createdAt ?? Number.NEGATIVE_INFINITY;
  }

  create(name: string, createdBy: string): SimulatedUser {
    if (this.#names.has(name.toLowerCase()))
      throw new ServiceError('EntityAlreadyExists', `User with name ${name} already exists.`, 409);
    const now = this.#timeline.now();
    const user: SimulatedUser = {
      name,
      id: `AIDA${this.#random.base32(17)}`,
      arn: `arn:aws:iam::${this.#policies.accountId}:user/${name}`,
      createdAt: now,
      createdBy,
      keys: [],
      attachedPolicies: [],
      inlinePolicies: new Map(),
    };
    const former = this.#users.get(name);
    if (former) former.write(user, now);
    else this.#users.set(name, new Propagating<SimulatedUser | undefined>(user, now));
    this.#names.add(name.toLowerCase());
    this.#sorted = undefined;
    return user;
  }

  delete(name: string): void {
    const { keys, attachedPolicies, inlinePolicies } = this.require(name);
    if (keys.length > 0) throw conflict('access keys');
    if (attachedPolicies.length > 0 || inlinePolicies.size > 0) throw conflict('policies');
    this.#names.delete(name.toLowerCase());
    this.#users.get(name)?.write(undefined, this.#timeline.now());
  }

  createKey(name: string, createdAt = this.#timeline.now()): AccessKeyCredentials {
    const { keys } = this.require(name);
    if (keys.length >= ACCESS_KEYS) throw exceeded('AccessKeysPerUser', ACCESS_KEYS);
    const key = newKey('AKIA', this.#random);
    this.#keys.set(key.accessKeyId, { owner: name, createdAt });
    const added = { id: key.accessKeyId, user: name, status: 'Active' as const, createdAt };
    this.#change(name, () => ({ keys: [...keys, added] }));
    return key;
  }

  updateKey(name: string, accessKeyId: string, status: 'Active' | 'Inactive'): void {
    this.#requireKey(name, accessKeyId);
    this.#change(name, ({ keys }) => ({
      keys: keys.map((key) => (key.id === accessKeyId ? { ...key, status } : key)),
    }));
  }

  deleteKey(name: string, accessKeyId: string): void {
    this.#requireKey(name, accessKeyId);
    this.#change(name, ({ keys }) => ({ keys: keys.filter(({ id }) => id !== accessKeyId) }));
  }

  attach(name: string, policyArn: string): void {
    const { attachedPolicies } = this.require(name);
    this.#policies.require(policyArn);
    if (attachedPolicies.includes(policyArn)) return;
    if (attachedPolicies.length >= MANAGED_POLICIES) throw exceeded('PoliciesPerUser', MANAGED_POLICIES);
    this.#change(name, () => ({ attachedPolicies: [...attachedPolicies, policyArn] }));
  }

  detach(name: string, policyArn: string): void {
    const { attachedPolicies } = this.require(name);
    if (!attachedPolicies.includes(policyArn)) throw missing(`Policy ${policyArn} was not found.`);
    this.#change(name, () => ({ attachedPolicies: attachedPolicies.filter((arn) => arn !== policyArn) }));
  }

  bound(name: string, policyArn: string): void {
    this.require(name);
    this.#policies.require(policyArn);
    this.#change(name, () => ({ boundary: policyArn }));
  }

  unbound(name: string): void {
    const { boundary, ...others } = this.require(name);
    if (boundary === undefined) throw missing(`The user with name ${name} has no permissions boundary.`);
    this.#users.get(name)?.write(others, this.#timeline.now());
  }

  putInline(name: string, policy: string, document: string): void {
    const inlinePolicies = new Map(this.require(name).inlinePolicies).set(policy, document);
    // White space does not count (same source).
    const characters = [...inlinePolicies.values()].join('').replaceAll(/\s/g, '').length;
    if (characters > INLINE_CHARACTERS) throw exceeded('InlinePolicySize', INLINE_CHARACTERS);
    this.#change(name, () => ({ inlinePolicies }));
  }

  deleteInline(name: string, policy: string): void {
    const inlinePolicies = new Map(this.require(name).inlinePolicies);
    if (!inlinePolicies.delete(policy)) throw missing(`The user policy with name ${policy} cannot be found.`);
    this.#change(name, () => ({ inlinePolicies }));
  }

  /** @throws ServiceError NoSuchEntity. */
  require(name: string): SimulatedUser {
    const user = this.find(name);
    if (!user) throw missing(`The user with name ${name} cannot be found.`);
    return user;
  }

  #requireKey(name: string, accessKeyId: string): void {
    if (!this.require(name).keys.some(({ id }) => id === accessKeyId))
      throw missing(`The Access Key with id ${accessKeyId} cannot be found.`);
  }

  #change(name: string, change: (user: SimulatedUser) => Partial<SimulatedUser>): void {
    const user = this.require(name);
    this.#users.get(name)?.write({ ...user, ...change(user) }, this.#timeline.now());
  }
}

const missing = (message: string) => new ServiceError('NoSuchEntity', message, 404);
const exceeded = (quota: string, limit: number) =>
  new ServiceError('LimitExceeded', `Cannot exceed quota for ${quota}: ${limit}`, 409);
const conflict = (what: string) =>
  new ServiceError('DeleteConflict', `Cannot delete entity, must delete ${what} first.`, 409);
