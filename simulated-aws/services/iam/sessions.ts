import type { Random } from '../../core/random.ts';
import type { Principal } from '../../core/service.ts';
import type { AccessKeyCredentials, TemporaryCredentials } from './user.ts';

interface Session {
  readonly principal: Principal;
  readonly expiresAt: number;
  /** False for GetSessionToken without MFA: such credentials may not call IAM. */
  readonly mayCallIam: boolean;
}

/** Temporary credentials. Nobody can take them back: they end at their time. */
export class Sessions {
  readonly #random: Random;
  readonly #byId = new Map<string, Session>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param now, expiresAt in ms since 1970 */
  open(
    whose: Omit<Principal, 'accessKeyId'>,
    now: number,
    expiresAt: number,
    mayCallIam: boolean,
  ): TemporaryCredentials {
    const credentials = newKey('ASIA', this.#random);
    const principal = { ...whose, accessKeyId: credentials.accessKeyId, issuedAt: now };
    this.#byId.set(credentials.accessKeyId, { principal, expiresAt, mayCallIam });
    return { ...credentials, sessionToken: this.#random.base32(96), expiresAt };
  }

  find(accessKeyId: string, now: number): Session | undefined {
    const session = this.#byId.get(accessKeyId);
    return session && now < session.expiresAt ? session : undefined;
  }
}

/** `AKIA…` for long-term keys, `ASIA…` for temporary ones. Source: IAM user guide, "IAM identifiers". */
export const newKey = (prefix: 'AKIA' | 'ASIA', random: Random): AccessKeyCredentials => ({
  accessKeyId: prefix + random.base32(16),
  secretAccessKey: random.base32(40),
});
