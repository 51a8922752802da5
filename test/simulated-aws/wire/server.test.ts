import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { serve } from '../../../simulated-aws/wire/server.ts';
import { inVirtualTime, wireAccount } from './wire-account.ts';

describe('a loopback server', () => {
  const overHttp = async (latency = 0) => {
    const { account, endpoint, config } = wireAccount({ endpoint: { latency: () => latency } });
    const { requestHandler: _, ...others } = config;
    const server = await serve(endpoint);
    return { account, endpoint, server, iam: new IAMClient({ ...others, endpoint: server.url }) };
  };
  const getUser = new GetUserCommand({ UserName: 'alice' });

  it('says where every request is, and waits in virtual time only', async () => {
    const { account, server, iam } = await overHttp(3_600_000);
    const seen: string[] = [];
    server.onChange = ({ received, moving, waiting, answered }) =>
      seen.push([received, moving, waiting, answered].join(' '));
    const call = iam.send(getUser);
    while (server.counts.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(server.inFlight).toBe(1);
    account.timeline.advanceTo(account.timeline.now() + 3_600_000);
    expect(server.counts).toMatchObject({ moving: 1, waiting: 0 });
    await call;
    expect(seen).toEqual(['1 1 0 0', '1 0 1 0', '1 1 0 0', '1 0 0 1']);
    expect(server.inFlight).toBe(0);
    await server.stop();
  });

  it('resets and hangs for real; stopping it ends what hangs', async () => {
    const { endpoint, server, iam } = await overHttp();
    endpoint.rules.add(
      { when: { nth: 1 }, fault: { kind: 'reset' } },
      { when: { nth: 1 }, fault: { kind: 'hang' } },
    );
    await expect(iam.send(getUser)).rejects.toMatchObject({ code: 'ECONNRESET' });
    const hanging = expect(iam.send(getUser)).rejects.toMatchObject({ code: 'ECONNRESET' });
    while (server.counts.hanging === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(server.inFlight).toBe(0);
    await server.stop();
    await hanging;
    expect(server.counts).toMatchObject({ received: 2, answered: 2 });
  });

  it('does not mind a caller who gives up while virtual time passes', async () => {
    const { account, server, iam } = await overHttp(1_000);
    const run = new AbortController();
    const call = expect(iam.send(getUser, { abortSignal: run.signal })).rejects.toThrow();
    while (server.counts.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    run.abort();
    await call;
    const next = await inVirtualTime(account.timeline, iam.send(getUser));
    expect(next.User?.UserName).toBe('alice');
    await server.stop();
  });
});
