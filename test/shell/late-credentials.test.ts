import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { VirtualClock } from './virtual-clock.ts';

it('the end of a run ends a call that waits for credentials which never come', async () => {
  const over = new AbortController();
  const never = () => new Promise<never>(() => {});
  const clients = new Clients(new VirtualClock(), over.signal, undefined, { credentials: never });
  const call = clients.of(STSClient, 'us-east-1').send(new GetCallerIdentityCommand({}), clients.options);
  setImmediate(() => over.abort(new Error('the run is over')));
  await expect(call).rejects.toThrow();
}, 5_000);
