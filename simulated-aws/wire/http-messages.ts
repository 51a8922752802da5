/** A request as it comes off the wire; header names in lower case. */
export interface WireRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  /** By lower-case names; without content-length. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
