import type { Principal } from '../../simulated-aws/core/service.ts';
import type { Iam } from '../../simulated-aws/services/iam/iam.ts';

/** Something that the intruder signs with. */
export interface Credential {
  readonly kind: 'key' | 'session' | 'role' | 'root';
  readonly accessKeyId: string;
  /** The user or the role; `root` for root. */
  readonly of: string;
}

/** The credentials that the intruder holds, in order of use. IAM says whether one works. */
export class Credentials {
  readonly #iam: Iam;
  readonly #held: Credential[] = [];

  constructor(iam: Iam) {
    this.#iam = iam;
  }

  add(credential: Credential): void {
    this.#held.push(credential);
  }

  get held(): readonly Credential[] {
    return this.#held;
  }

  /**
   * The owner changes the root password and deletes root's keys, which ends every root credential. Only the console can
   * do that; IAM has no call for it.
   */
  loseRoot(): void {
    const others = this.#held.filter(({ kind }) => kind !== 'root');
    this.#held.splice(0, this.#held.length, ...others);
  }

  /** Who this credential signs for now; undefined when it is disabled, expired or denied everything. */
  principalBy({ accessKeyId }: Credential): Principal | undefined {
    const principal = this.#iam.principalOf(accessKeyId);
    return principal && this.#iam.permits(principal) ? principal : undefined;
  }

  working(): Credential[] {
    return this.#held.filter((credential) => this.principalBy(credential) !== undefined);
  }

  /** The first that works; for IAM the first that may call it, which session tokens may not. */
  first(forIam = false): Credential | undefined {
    return this.#held.find(
      (credential) =>
        this.principalBy(credential) !== undefined &&
        (!forIam || this.#iam.mayCallIam(credential.accessKeyId)),
    );
  }
}
