/** A function's configuration and code, as a deployment leaves them. */
export interface FunctionDefinition {
  readonly arn: string;
  /** The execution role's ARN. */
  readonly role: string;
  readonly region: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The folder that holds the unpacked code. */
  readonly root: string;
  /** File and export: `index.handler`. */
  readonly handler: string;
  /** Base64, of the archive. */
  readonly codeSha256: string;
  readonly codeSize?: number;
  readonly runtime?: string;
  readonly architecture?: 'x86_64' | 'arm64';
  readonly logGroup?: string;
  /** Most runs at once; 0 turns the function off. Undefined: only the account's limit counts. */
  readonly reservedConcurrency?: number;
  /** The queue or topic for events that were given up. */
  readonly deadLetterArn?: string;
  /** 0 to 2. */
  readonly maximumRetryAttempts?: number;
  /** 60 to 21,600. */
  readonly maximumEventAgeSeconds?: number;
  /** Somebody has replaced the code by other code, which does nothing here. */
  readonly isForeign?: boolean;
}

export interface SimulatedFunction extends FunctionDefinition {
  readonly name: string;
  /** Virtual milliseconds since 1970. */
  readonly lastModified: number;
}

/** An error as Lambda answers it. Source: Lambda developer guide, "Node.js function errors". */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The result of one run of the code. Exactly one of `payload` and `error` counts. */
export interface Outcome {
  readonly payload?: unknown;
  readonly error?: FunctionError;
  readonly log: readonly string[];
  /** The most memory that the code's process held. */
  readonly peakMemoryMb?: number;
}

/** One run of a function's code. Times are virtual milliseconds since 1970. */
export interface Attempt extends Outcome {
  readonly requestId: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The duration as Lambda bills it: rounded up to the millisecond. */
  readonly billedMs: number;
}

/** A run in progress. `kill` ends it as if its machine failed. */
export interface HostedRun {
  readonly ended: Promise<Outcome>;
  kill(): void;
}

/** Runs a function's code, each time in an execution environment of its own. */
export interface FunctionHost {
  run(
    deployed: SimulatedFunction,
    invocation: {
      readonly requestId: string;
      readonly event: unknown;
      /** What Lambda sets for the function's process, with its role's credentials. */
      readonly environment: Readonly<Record<string, string>>;
    },
  ): HostedRun;
}

/** Runs code that does nothing, at once. */
export const IDLE_HOST: FunctionHost = {
  run: () => ({ ended: Promise.resolve({ payload: null, log: [] }), kill() {} }),
};
