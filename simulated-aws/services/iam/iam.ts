import type { Random } from '../../core/random.ts';
import { type Principal, ServiceError } from '../../core/service.ts';
import type { Timeline } from '../../time/timeline.ts';
import { isDeniedBy, ManagedPolicies } from './managed-policies.ts';
import { RoleDirectory } from './role-directory.ts';
import { newKey, Sessions } from './sessions.ts';
import type {
  AccessKeyCredentials,
  KeyUse,
  SimulatedRole,
  SimulatedUser,
  TemporaryCredentials,
} from './user.ts';
import { UserDirectory } from './user-directory.ts';

export interface IamOptions {
  /** Milliseconds until a change of a key or a policy holds for calls; 4 s by default (see behaviours.ts). */
  readonly propagationMs?: number;
  /** How old the answers of List and Get calls are, in ms. */
  readonly readLagMs?: number;
}

/** IAM of one account: users, keys, policies, roles, and the principal behind each key. */
export class Iam {
  readonly policies: ManagedPolicies;
  readonly directory: UserDirectory;
  readonly roleDirectory: RoleDirectory;
  readonly aliases: string[] = [];
  readonly readLagMs: number;
  readonly #propagationMs: number;
  readonly #sessions: Sessions;
  readonly #rootKeys = new Set<string>();
  readonly #uses = new Map<string, KeyUse>();

  constructor(
    readonly timeline: Timeline,
    readonly random: Random,
    readonly accountId: string,
    { propagationMs = 4_000, readLagMs = 200 }: IamOptions = {},
  ) {
    this.#propagationMs = propagationMs;
    this.readLagMs = readLagMs;
    this.policies = new ManagedPolicies(accountId);
    this.directory = new UserDirectory(timeline, random, this.policies);
    this.roleDirectory = new RoleDirectory(timeline, random, this.policies);
    this.#sessions = new Sessions(random);
  }

  get roles(): RoleDirectory['byName'] {
    return this.roleDirectory.byName;
  }

  /** All users as they are now. */
  users(): Iterable<SimulatedUser> {
    return this.directory.all();
  }

  /** @throws ServiceError EntityAlreadyExists. */
  createUser(name: string, by = 'root'): SimulatedUser {
    return this.directory.create(name, by);
  }

  /**
   * @param createdAt ms since 1970; now by default
   * @throws ServiceError NoSuchEntity, LimitExceeded for a third key.
   */
  createAccessKey(user: string, createdAt?: number): AccessKeyCredentials {
    return this.directory.createKey(user, createdAt);
  }

  /** The root user's own access key, which IAM shows only as a number in the account's summary. */
  rootAccessKey(): AccessKeyCredentials {
    const key = newKey('AKIA', this.random);
    this.#rootKeys.add(key.accessKeyId);
    return key;
  }

  get hasRootKey(): boolean {
    return this.#rootKeys.size > 0;
  }

  /** @throws ServiceError EntityAlreadyExists. */
  createRole(name: string, by = 'root', trustPolicy?: string): SimulatedRole {
    return this.roleDirectory.create(name, by, trustPolicy);
  }

  /** Whether a role, by name or ARN, exists, trusts this service, and may do anything at all. */
  mayAssume(role: string, service: string): boolean {
    const name = role.split('/').at(-1) ?? role;
    return this.roleDirectory.trusts(name, service) && this.roleDirectory.permits(name);
  }

  /**
   * Credentials of a role, which is given by name or ARN, for a service if there is one.
   * @throws ServiceError AccessDenied for a role that does not exist, or does not trust it, as STS answers.
   */
  assumeRole(role: string, sessionName: string, durationMs: number, service?: string): TemporaryCredentials {
    const name = role.split('/').at(-1) ?? role;
    if (!this.roles.has(name) || (service !== undefined && !this.roleDirectory.trusts(name, service)))
      throw new ServiceError(
        'AccessDenied',
        `not authorized to perform: sts:AssumeRole on resource: ${role}`,
        403,
      );
    const arn = `arn:aws:sts::${this.accountId}:assumed-role/${name}/${sessionName}`;
    const now = this.timeline.now();
    return this.#sessions.open({ kind: 'role', name, arn }, now, now + durationMs, true);
  }

  /**
   * Credentials of GetSessionToken for a long-term key. They work on when the key is Inactive.
   * @throws ServiceError InvalidClientTokenId for a key that does not work, or is temporary itself.
   */
  sessionOf(accessKeyId: string, durationMs: number, { mfa = false } = {}): TemporaryCredentials {
    const principal = accessKeyId.startsWith('AKIA') ? this.principalOf(accessKeyId) : undefined;
    if (!principal)
      throw new ServiceError(
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
        403,
      );
    const now = this.timeline.now();
    return this.#sessions.open(principal, now, now + durationMs, mfa);
  }

  attachUserPolicy(user: string, policyArn: string): void {
    this.directory.attach(user, policyArn);
  }

  detachUserPolicy(user: string, policyArn: string): void {
    this.directory.detach(user, policyArn);
  }

  putUserPermissionsBoundary(user: string, policyArn: string): void {
    this.directory.bound(user, policyArn);
  }

  updateAccessKey(user: string, accessKeyId: string, status: 'Active' | 'Inactive'): void {
    this.directory.updateKey(user, accessKeyId, status);
  }

  /** Undefined for an unknown or expired key, and for one that is Inactive or deleted when that has propagated. */
  principalOf(accessKeyId: string): Principal | undefined {
    const session = this.#sessions.find(accessKeyId, this.timeline.now())?.principal;
    if (session) return session.kind === 'user' && !this.#exists(session.name) ? undefined : session;
    if (this.#rootKeys.has(accessKeyId))
      return { kind: 'root', name: 'root', arn: `arn:aws:iam::${this.accountId}:root`, accessKeyId };
    const owner = this.directory.ownerOf(accessKeyId);
    if (owner === undefined || !this.#isUsable(owner, accessKeyId)) return undefined;
    const arn = `arn:aws:iam::${this.accountId}:user/${owner}`;
    return { kind: 'user', name: owner, arn, accessKeyId };
  }

  /** False for credentials of GetSessionToken without MFA. Source: API_GetSessionToken. */
  mayCallIam(accessKeyId: string): boolean {
    return this.#sessions.find(accessKeyId, this.timeline.now())?.mayCallIam ?? true;
  }

  /**
   * False while a policy denies everything: attached, inline, or as the boundary; an inline policy may deny only
   * sessions older than some time. Root is always allowed.
   */
  permits({ kind, name, issuedAt }: Principal): boolean {
    if (kind === 'root') return true;
    const isDenial = (arn: string) => this.policies.deniesEverything(arn);
    if (kind === 'role') return this.roleDirectory.permits(name);
    const user = this.directory.asOf(name, this.timeline.now() - this.#propagationMs);
    if (!user) return true;
    const { attachedPolicies, boundary, inlinePolicies } = user;
    if (boundary !== undefined && isDenial(boundary)) return false;
    const isDenied = (document: string) => isDeniedBy(document, issuedAt);
    return !attachedPolicies.some(isDenial) && ![...inlinePolicies.values()].some(isDenied);
  }

  recordUse(accessKeyId: string, use: KeyUse): void {
    this.#uses.set(accessKeyId, use);
  }

  lastUse(accessKeyId: string): KeyUse | undefined {
    return this.#uses.get(accessKeyId);
  }

  /** A new key works at once. A change of a key holds later. */
  #isUsable(owner: string, accessKeyId: string): boolean {
    const propagated = this.directory.asOf(owner, this.timeline.now() - this.#propagationMs);
    const key = propagated?.keys.find(({ id }) => id === accessKeyId);
    if (key) return key.status === 'Active';
    return this.directory.createdAt(accessKeyId) > this.timeline.now() - this.#propagationMs;
  }

  #exists(user: string): boolean {
    const propagated = this.directory.asOf(user, this.timeline.now() - this.#propagationMs);
    return (propagated ?? this.directory.find(user)) !== undefined;
  }
}
