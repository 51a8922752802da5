import { Catalog } from '../../lambda/contain/catalog.ts';
import { type PassResult, runPass } from '../../lambda/contain/pass.ts';
import { fromLines, type JournalRecord } from '../../lambda/core/journal.ts';
import { GLOBAL, type ResourceRef, type Scope } from '../../lambda/core/model.ts';
import { Exemptions } from '../../lambda/core/policy/exemption.ts';
import {
  allowlist,
  type Caller,
  DEFAULT_POLICY,
  type Policy,
  verbFor,
} from '../../lambda/core/policy/policy.ts';
import { restore } from '../../lambda/engine/restore.ts';
import type { Kind, RestoreStep } from '../../lambda/kinds/kind.ts';
import { awsFor } from '../../lambda/shell/calls/aws.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { membershipOf } from '../../lambda/shell/journal/incident.ts';
import { Journal } from '../../lambda/shell/journal/journal.ts';
import { MemoryStore } from '../shell/memory-store.ts';
import { type Account, REGION } from './witness.ts';

/** Passes of the engine over one scope of an account, with some of the kinds, and their undo. */
export class Incident {
  readonly #store = new MemoryStore();
  readonly #catalog: Catalog;
  readonly #acted = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #scope: Scope;

  constructor(
    private readonly account: Account,
    private readonly kinds: readonly Kind[],
    scope: Kind['scope'],
  ) {
    this.#catalog = new Catalog(kinds);
    this.#scope = scope === 'global' ? GLOBAL : REGION;
  }

  ref(kind: string, id: string): ResourceRef {
    return { kind, scope: this.#scope, id };
  }

  /** One pass. Without `act` it only plans. */
  async pass(change: Partial<Policy> = {}, { act = true } = {}): Promise<PassResult> {
    const { clients, accessKeyId } = this.account;
    const policy = { ...DEFAULT_POLICY, ...change };
    const { accountId } = this.account;
    const caller: Caller = { account: accountId, exemptKeys: new Set([accessKeyId]), unknown: false };
    const exemptions = new Exemptions(this.#catalog.get, { allow: policy.allow, caller, self: [] });
    const own = membershipOf(undefined, 'ks-contract', 0);
    const clock = systemClock;
    const log = (line: string) => {
      throw new Error(`not journaled: ${line}`);
    };
    const journal = new Journal(this.#store, 'ks-contract', 'm-1', own, undefined, clock, log);
    const awsOf = new Map(this.kinds.map((kind) => [kind, awsFor(clients, this.#scope, kind.limits)]));
    const result = await this.account.during(() =>
      runPass({
        scope: this.#scope,
        kinds: this.kinds,
        catalog: this.#catalog,
        awsOf: (kind) => awsOf.get(kind) ?? awsFor(clients, this.#scope),
        deadline: clients.deadline,
        clock,
        verb: verbFor(policy, this.#scope),
        clearance: Promise.resolve({
          act,
          journal,
          standsBy: false,
          exemptions,
          caller,
          incidentOpenedAt: 0,
          newSince: () => 0,
          holds: false,
          context: {
            policy,
            isCallerUnknown: false,
            exemption: (ref) => exemptions.of(ref),
            incidentOpenedAt: 0,
            acted: this.#acted,
            seen: this.#seen,
          },
        }),
        isFirst: true,
        onOutcome: ({ kind, scope, id }) => this.#acted.add(`${kind}/${scope}/${id}`),
        onFirstDone: () => {},
      }),
    );
    for (const { kind, scope, id, owns = [] } of result.resources)
      for (const ref of [{ kind, scope, id }, ...owns]) this.#seen.add(`${ref.kind}/${ref.scope}/${ref.id}`);
    return result;
  }

  /** What was journaled so far. */
  get records(): JournalRecord[] {
    const lines = [...this.#store.texts].flatMap(([key, text]) => (key.includes('/journal/') ? text : []));
    return fromLines(lines.join('')).records;
  }

  /** Puts everything back, also what a person must name. @param edit edits each record as an intruder may. */
  putBack({
    edit = (record: JournalRecord) => record,
    dryRun = false,
  }: {
    readonly edit?: (record: JournalRecord) => JournalRecord;
    readonly dryRun?: boolean;
  } = {}): Promise<RestoreStep[]> {
    const records = {
      incident: 'ks-contract',
      runs: [],
      records: this.records.map(edit),
      unreadable: [],
      refused: new Set<string>(),
    };
    const request = { records, named: 'all' as const, dryRun };
    return this.account.during(() =>
      restore(this.account.clients, this.kinds, new MemoryStore(), systemClock, request, () => {}),
    );
  }
}

export const exempting = (...refs: readonly ResourceRef[]): Partial<Policy> => ({
  allow: allowlist({ resources: refs.map(({ kind, scope, id }) => `${kind}/${scope}/${id}`) }),
});
