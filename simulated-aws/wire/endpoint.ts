import { type RecordedCall, ServiceError } from '../core/service.ts';
import { admit, type EndpointAccount, NotSimulated } from './admission.ts';
import { decodeCall, encodeOutput, type WireCall } from './codec.ts';
import { FaultRules, type WireFault } from './fault-rules.ts';
import type { WireRequest, WireResponse } from './http-messages.ts';
import { fromUsEast1, type LatencyModel } from './latency.ts';
import { encodeError, FOREIGN_ANSWERS, isForeign, refusalOf } from './refusals.ts';

/** What comes back: an answer, nothing ever, or a broken connection. */
export type WireAnswer = WireResponse | 'hang' | 'reset';

export interface EndpointOptions {
  readonly latency?: LatencyModel;
  /** How many of the latest calls the endpoint keeps on record; all by default. */
  readonly keepCalls?: number;
}

/** One call on its way through the endpoint. */
interface CallInProgress {
  readonly call: WireCall;
  readonly record: RecordedCall;
  readonly method: string;
  readonly respond: (answer: WireAnswer) => void;
}

/** Where all calls to a simulated account arrive. It waits in the account's virtual time only. */
export class Endpoint {
  /** The calls on record, in order of arrival. */
  readonly calls: RecordedCall[] = [];
  readonly rules = new FaultRules();
  /** `service operation` of each call that the account does not simulate. */
  readonly notSimulated: string[] = [];
  /** What was thrown inside the simulation and is not an answer of AWS. */
  readonly defects: Error[] = [];
  /** Called before an operation takes effect, and again after it, before its answer leaves. */
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

  /** @throws Error with what went wrong inside the simulation itself, and which calls it does not simulate. */
  refuseDefects(): void {
    const problems = [
      ...this.defects.map((defect) => defect.stack ?? String(defect)),
      ...new Set(this.notSimulated.map((operation) => `the simulated account has no ${operation}`)),
    ];
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }

  /** Resolves when the answer is back at the caller, in virtual time; never rejects. */
  answer(request: WireRequest): Promise<WireAnswer> {
    return new Promise((respond) => this.receive(request, respond));
  }

  /**
   * The same with a callback, which the timeline calls at that very moment, where a promise resolves some time after.
   */
  receive(request: WireRequest, respond: (answer: WireAnswer) => void): void {
    const call = decodeCall(request);
    const inProgress = { call, record: this.#record(call), method: request.method, respond };
    this.#after(this.#latency(call.region, call.service) / 2, () => this.#arrive(inProgress));
  }

  #record({ service, region, operation, accessKeyId, input }: WireCall): RecordedCall {
    const sequence = ++this.#sequence;
    const startedAt = this.#account.timeline.now();
    const record = { sequence, service, region, operation, accessKeyId, input, startedAt };
    if (this.#keepCalls > 0) this.calls.push(record);
    if (this.calls.length > this.#keepCalls) this.calls.shift();
    return record;
  }

  /** At once where there is no latency, so that nobody has to move the clock. */
  #after(milliseconds: number, happen: () => void): void {
    if (milliseconds > 0) this.#account.timeline.after(milliseconds, happen);
    else happen();
  }

  #arrive(inProgress: CallInProgress): void {
    const { record } = inProgress;
    this.onCall?.(record, 'before');
    const rule = this.rules.ruleFor(record);
    if (rule) record.fault = rule.fault.kind;
    if (rule && rule.phase !== 'after') this.#fail(inProgress, rule.fault);
    else
      this.#perform(inProgress, (answer) => {
        if (rule) this.#fail(inProgress, rule.fault);
        else this.#sendBack(inProgress, answer);
      });
  }

  #fail(inProgress: CallInProgress, fault: WireFault): void {
    if (fault.kind === 'hang') inProgress.respond('hang');
    else if (fault.kind === 'reset') this.#sendBack(inProgress, 'reset');
    else if (isForeign(fault.kind)) this.#sendBack(inProgress, FOREIGN_ANSWERS[fault.kind]);
    else if (fault.kind === 'error')
      this.#sendBack(
        inProgress,
        this.#error(inProgress, new ServiceError(fault.code, fault.message ?? fault.code, fault.status)),
      );
    else this.#sendBack(inProgress, this.#error(inProgress, refusalOf(fault.kind, inProgress.call)));
  }

  /** Performs the operation now. Only a Lambda function that its caller waits for takes longer. */
  #perform(inProgress: CallInProgress, then: (answer: WireResponse) => void): void {
    const { call, record } = inProgress;
    const succeed = (output: unknown) => {
      this.onCall?.(record, 'after');
      then(this.#attempt(inProgress, () => encodeOutput(call, output, requestId(record))));
    };
    const refuse = (thrown: unknown) => {
      this.onCall?.(record, 'after');
      then(this.#thrown(inProgress, thrown));
    };
    try {
      const output = admit(this.#account, call)();
      if (isThenable(output)) output.then(succeed, refuse);
      else succeed(output);
    } catch (thrown) {
      refuse(thrown);
    }
  }

  #attempt(inProgress: CallInProgress, encode: () => WireResponse): WireResponse {
    try {
      return encode();
    } catch (thrown) {
      return this.#thrown(inProgress, thrown);
    }
  }

  /** AWS's answer for a ServiceError; for anything else that was thrown, an error that nobody can miss. */
  #thrown(inProgress: CallInProgress, thrown: unknown): WireResponse {
    const { service, operation } = inProgress.record;
    if (thrown instanceof NotSimulated) {
      this.notSimulated.push(`${service} ${operation}`);
      process.stderr.write(`${thrown.message}\n`);
    }
    if (thrown instanceof ServiceError) return this.#error(inProgress, thrown);
    const defect = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.defects.push(defect);
    process.stderr.write(`the simulation failed in ${service} ${operation}: ${defect.stack}\n`);
    return this.#error(inProgress, new ServiceError('SimulationDefect', defect.message, 501));
  }

  #error({ call, record, method }: CallInProgress, error: ServiceError): WireResponse {
    record.code = error.code;
    return encodeError(call.protocol, error, requestId(record), method);
  }

  #sendBack({ call, record, respond }: CallInProgress, answer: WireResponse | 'reset'): void {
    this.#after(this.#latency(call.region, call.service) / 2, () => {
      record.endedAt = this.#account.timeline.now();
      if (answer !== 'reset') record.status = answer.status;
      respond(answer === 'reset' ? answer : this.#withCommonHeaders(answer, call.service, record));
    });
  }

  #withCommonHeaders(answer: WireResponse, service: string, record: RecordedCall): WireResponse {
    // The SDK corrects its clock by this header, so it has to be virtual too.
    const date = { date: new Date(this.#account.timeline.now()).toUTCString() };
    // Only AWS names a request.
    const isFromAws = !Object.values(FOREIGN_ANSWERS).includes(answer);
    const id = isFromAws && {
      [service === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid']: requestId(record),
    };
    return { ...answer, headers: { ...answer.headers, ...date, ...id } };
  }
}

const isThenable = (output: unknown): output is PromiseLike<unknown> =>
  typeof (output as Partial<PromiseLike<unknown>> | undefined)?.then === 'function';

const requestId = ({ sequence }: RecordedCall) =>
  `00000000-0000-4000-8000-${sequence.toString(16).padStart(12, '0')}`;
