import type { SimulatedAccount } from '../../../simulated-aws/account.ts';

/** The address that the owner gives to Budgets and to the stack. */
export const OWNERS_ADDRESS = 'owner@example.com';

export interface Mail {
  readonly subject: string;
  /** In ms since 1970. */
  readonly at: number;
}

/** The owner's e-mail, from Budgets itself and through SNS, read or not. */
export class Mailbox {
  readonly mails: Mail[] = [];
  #seen = { budgets: 0, sns: 0 };

  constructor(private readonly account: Pick<SimulatedAccount, 'budgets' | 'sns'>) {}

  /** @returns what has come since the last time. */
  collect(): Mail[] {
    const { budgets, sns } = this.account;
    const fresh = [
      ...budgets.mails
        .slice(this.#seen.budgets)
        .filter(({ address }) => address === OWNERS_ADDRESS)
        .map(({ subject, at }) => ({ subject, at })),
      ...sns.deliveries
        .slice(this.#seen.sns)
        .filter(({ protocol, endpoint }) => protocol === 'email' && endpoint === OWNERS_ADDRESS)
        .map(({ subject = '', at }) => ({ subject, at })),
    ];
    this.#seen = { budgets: budgets.mails.length, sns: sns.deliveries.length };
    this.mails.push(...fresh);
    return fresh;
  }
}
