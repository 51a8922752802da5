import type { RecordedCall } from '../../simulated-aws/core/service.ts';

/** A change that was accepted, as the journal names it: `stop i-0abc`, `deny alice`. */
type Change = string;

/** Error codes of refused calls. */
const THROTTLED = new Set(['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'SlowDown']);
const PROTECTED = 'OperationNotPermitted';

interface Input {
  readonly InstanceIds?: readonly string[];
  readonly InstanceId?: string;
  readonly AccessKeyId?: string;
  readonly UserName?: string;
}

/** What each changing operation changes. */
const CHANGES: Readonly<Record<string, (input: Input) => Change[]>> = {
  StopInstances: ({ InstanceIds = [] }) => InstanceIds.map((id) => `stop ${id}`),
  ModifyInstanceAttribute: ({ InstanceId = '' }) => [`unprotect ${InstanceId}`],
  UpdateAccessKey: ({ AccessKeyId = '' }) => [`disable ${AccessKeyId}`],
  AttachUserPolicy: ({ UserName = '' }) => [`deny ${UserName}`],
};

/** Counts the calls of a containment as the account answers them, and what they changed when. */
export class Tally {
  /** Calls by `service operation`, with any answer. */
  readonly byOperation = new Map<string, number>();
  /** Accepted calls for each change, and the virtual time of the first. */
  readonly changes = new Map<Change, { times: number; readonly firstAt: number }>();
  /** Virtual ms of the first call. */
  startedAt: number | undefined;
  lastStopAt: number | undefined;
  lastKeyAt: number | undefined;
  calls = 0;
  throttled = 0;
  /** Stops that were refused for a protection. */
  refused = 0;
  #last: { readonly call: RecordedCall; readonly at: number } | undefined;

  /** Takes a call that took effect at `at`. Its answer is known only when the next call comes. */
  take(call: RecordedCall, at: number): void {
    this.startedAt ??= call.startedAt;
    this.conclude();
    this.#last = { call, at };
  }

  /** Counts the last call too. Call it when no more calls come. */
  conclude(): void {
    const last = this.#last;
    this.#last = undefined;
    if (!last) return;
    const { call, at } = last;
    const name = `${call.service} ${call.operation}`;
    this.calls += 1;
    this.byOperation.set(name, (this.byOperation.get(name) ?? 0) + 1);
    if (call.code === undefined) this.#accept(call, at);
    else if (THROTTLED.has(call.code)) this.throttled += 1;
    else if (call.code === PROTECTED) this.refused += 1;
  }

  /** Changes that were made more than once. */
  get repeated(): Change[] {
    return [...this.changes].filter(([, { times }]) => times > 1).map(([change]) => change);
  }

  #accept({ operation, input }: RecordedCall, at: number): void {
    for (const change of CHANGES[operation]?.(input as Input) ?? []) {
      const known = this.changes.get(change);
      if (known) known.times += 1;
      else this.changes.set(change, { times: 1, firstAt: at });
    }
    if (operation === 'StopInstances') this.lastStopAt = at;
    if (operation === 'UpdateAccessKey') this.lastKeyAt = at;
  }
}
