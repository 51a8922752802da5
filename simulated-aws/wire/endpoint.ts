import { type RecordedCall, ServiceError } from '../core/service.ts';
import { admit, type EndpointAccount, NotSimulated } from './admission.ts';
import { decodeCall, encodeOutput, type WireCall } from './codec.ts';
import { FaultRules, type WireFault } from './fault-rules.ts';
import type { WireRequest, WireResponse } from './http-messages.ts';
import { fromUsEast1, type LatencyModel } from './latency.ts';
import { encodeError, GARBAGE, refusalOf } from './refusals.ts';

/** What comes back: an answer, none ever, or a broken connection. */
export type WireAnswer = WireResponse | 'hang' | 'reset';

export interface EndpointOptions {
  readonly latency?: LatencyModel;
  /** How many of the latest calls are kept on record; without it all, 0 for none. */
  readonly keepCalls?: number;
}

/** One call on its way through the endpoint. */
interface Passage {
  readonly call: WireCall;
  readonly record: RecordedCall;
  readonly method: string;
  readonly settle: (answer: WireAnswer) => void;
}

/** Where all calls to a simulated account arrive. All its waiting is in the account's virtual time. */
export class Endpoint {
  /** The calls on record, in order of arrival. */
  readonly calls: RecordedCall[] = [];
  readonly rules = new FaultRules();
  /** `service operation` of each call that the account does not play. */
  readonly notSimulated: string[] = [];
  /** What was thrown inside the simulation and is no answer of AWS's. */
  readonly defects: Error[] = [];
  /** Told at the moment before an operation takes effect, and after it but before its answer is under way. */
  onCall?: (call: RecordedCall, phase: 'before' | 'after') => void;
  readonly #account: EndpointAccount;
  readonly #latency: LatencyModel;
  readonly #keepCalls: number;
  #sequence = 0;

  constructor(account: EndpointAccount, options: EndpointOptions = {}) {
    this.#account = account;
    this.#latency = options.latency ?? fromUsEast1;
    this.#keepCalls = options.keepCalls ?? Number.POSITIVE_INFINITY;
  }

  /** Calls so far, whether on record or not. */
  get received(): number {
    return this.#sequence;
  }

  /** @throws Error with what went wrong inside the simulation itself, or was asked of it that it does not play. */
  refuseDefects(): void {
    const problems = [
      ...this.defects.map((defect) => defect.stack ?? String(defect)),
      ...new Set(this.notSimulated.map((operation) => `the simulated account does not play ${operation}`)),
    ];
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }

  /** Resolves when the answer is back at the caller, in virtual time; never rejects. */
  answer(request: WireRequest): Promise<WireAnswer> {
    return new Promise((settle) => this.receive(request, settle));
  }

  /** The same for who has to know at that very moment: `settle` is called on the timeline, not some time after. */
  receive(request: WireRequest, settle: (answer: WireAnswer) => void): void {
    const call = decodeCall(request);
    const passage = { call, record: this.#record(call), method: request.method, settle };
    this.#after(this.#latency(call.region, call.service) / 2, () => this.#arrive(passage));
  }

  #record({ service, region, operation, accessKeyId, input }: WireCall): RecordedCall {
    const sequence = ++this.#sequence;
    const startedAt = this.#account.timeline.now();
    const record = { sequence, service, region, operation, accessKeyId, input, startedAt };
    if (this.#keepCalls > 0) this.calls.push(record);
    if (this.calls.length > this.#keepCalls) this.calls.shift();
    return record;
  }

  /** Without latency at once, so that no clock has to be moved for it. */
  #after(milliseconds: number, happen: () => void): void {
    if (milliseconds > 0) this.#account.timeline.after(milliseconds, happen);
    else happen();
  }

  #arrive(passage: Passage): void {
    const { record } = passage;
    this.onCall?.(record, 'before');
    const rule = this.rules.ruleFor(record);
    if (rule) record.fault = rule.fault.kind;
    if (rule && rule.phase !== 'after') this.#fail(passage, rule.fault);
    else
      this.#perform(passage, (answer) => {
        if (rule) this.#fail(passage, rule.fault);
        else this.#sendBack(passage, answer);
      });
  }

  #fail(passage: Passage, fault: WireFault): void {
    if (fault.kind === 'hang') passage.settle('hang');
    else if (fault.kind === 'reset') this.#sendBack(passage, 'reset');
    else if (fault.kind === 'garbage') this.#sendBack(passage, GARBAGE);
    else if (fault.kind === 'error')
      this.#sendBack(
        passage,
        this.#error(passage, new ServiceError(fault.code, fault.message ?? fault.code, fault.status)),
      );
    else this.#sendBack(passage, this.#error(passage, refusalOf(fault.kind, passage.call)));
  }

  /** Performs the operation now; only a Lambda function that somebody waits for takes longer. */
  #perform(passage: Passage, then: (answer: WireResponse) => void): void {
    const { call, record } = passage;
    const succeed = (output: unknown) => {
      this.onCall?.(record, 'after');
      then(this.#attempt(passage, () => encodeOutput(call, output, requestId(record))));
    };
    const refuse = (thrown: unknown) => {
      this.onCall?.(record, 'after');
      then(this.#thrown(passage, thrown));
    };
    try {
      const output = admit(this.#account, call)();
      if (isThenable(output)) output.then(succeed, refuse);
      else succeed(output);
    } catch (thrown) {
      refuse(thrown);
    }
  }

  #attempt(passage: Passage, encode: () => WireResponse): WireResponse {
    try {
      return encode();
    } catch (thrown) {
      return this.#thrown(passage, thrown);
    }
  }

  /** What AWS would answer; for anything else that was thrown, an error that nobody can miss. */
  #thrown(passage: Passage, thrown: unknown): WireResponse {
    const { service, operation } = passage.record;
    if (thrown instanceof NotSimulated) {
      this.notSimulated.push(`${service} ${operation}`);
      process.stderr.write(`${thrown.message}\n`);
    }
    if (thrown instanceof ServiceError) return this.#error(passage, thrown);
    const defect = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.defects.push(defect);
    process.stderr.write(`the simulation failed in ${service} ${operation}: ${defect.stack}\n`);
    return this.#error(passage, new ServiceError('SimulationDefect', defect.message, 501));
  }

  #error({ call, record, method }: Passage, error: ServiceError): WireResponse {
    record.code = error.code;
    return encodeError(call.protocol, error, requestId(record), method);
  }

  #sendBack({ call, record, settle }: Passage, answer: WireResponse | 'reset'): void {
    this.#after(this.#latency(call.region, call.service) / 2, () => {
      record.endedAt = this.#account.timeline.now();
      if (answer !== 'reset') record.status = answer.status;
      settle(answer === 'reset' ? answer : this.#withCommonHeaders(answer, call.service, record));
    });
  }

  #withCommonHeaders(answer: WireResponse, service: string, record: RecordedCall): WireResponse {
    const common = {
      // The SDK corrects its clock by this header, so it has to be virtual too.
      date: new Date(this.#account.timeline.now()).toUTCString(),
      [service === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid']: requestId(record),
    };
    return { ...answer, headers: { ...answer.headers, ...common } };
  }
}

const isThenable = (output: unknown): output is PromiseLike<unknown> =>
  typeof (output as Partial<PromiseLike<unknown>> | undefined)?.then === 'function';

const requestId = ({ sequence }: RecordedCall) =>
  `00000000-0000-4000-8000-${sequence.toString(16).padStart(12, '0')}`;
