import type {
  CallContext,
  Operation,
  Operations,
  Principal,
} from '../../../../simulated-aws/core/service.ts';

const OWNER: Principal = {
  kind: 'user',
  name: 'owner',
  arn: 'arn:aws:iam::111122223333:user/owner',
  accessKeyId: 'AKIAOWNER',
};

/** Calls one operation as the wire would, as `owner` in us-east-1 unless told. */
export function call<Output = unknown>(
  operations: Operations | undefined,
  name: string,
  input: object = {},
  context: Partial<CallContext> = {},
): Output {
  const operation = operations?.[name] as Operation<object, Output> | undefined;
  if (!operation) throw new Error(`no operation ${name}`);
  return operation(input, { region: 'us-east-1', principal: OWNER, now: 0, ...context });
}

/** The code of the ServiceError that the call throws; `none` when it throws nothing. */
export function refusal(body: () => unknown): string {
  try {
    body();
    return 'none';
  } catch (thrown) {
    return (thrown as { code?: string }).code ?? String(thrown);
  }
}
