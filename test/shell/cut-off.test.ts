import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { errorFacts } from '../../lambda/core/model.ts';
import { Clients, type Wire } from '../../lambda/shell/calls/clients.ts';
import { systemClock } from '../../lambda/shell/clock.ts';

/** Never answers. When it is told to end, it says what the SDK's own handler says. */
const silent: Wire = {
  answered: 0,
  handle: (_request, { abortSignal } = {}) =>
    new Promise((_, reject) => {
      const end = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
      (abortSignal as AbortSignal).addEventListener('abort', end);
    }),
  updateHttpClientConfig: () => {},
  httpHandlerConfigs: () => ({}),
};

it("a call that the run's end cuts off fails with the reason of that end", async () => {
  const deadline = new AbortController();
  const credentials = async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' });
  const clients = new Clients(systemClock, deadline.signal, silent, { credentials });
  const call = clients.of(STSClient, 'us-east-1').send(new GetCallerIdentityCommand({}), clients.options);
  setImmediate(() => deadline.abort(new DOMException('time ran out after 240 s', 'TimeoutError')));
  const failed = await call.catch(errorFacts);
  expect(failed).toEqual({ code: 'TimeoutError', error: 'TimeoutError: time ran out after 240 s' });
});

it('an error of Node.js has its own code, and not only the name that all of them share', () => {
  const facts = (code: string, message: string) => errorFacts(Object.assign(new Error(message), { code }));
  expect(facts('ENOTFOUND', 'getaddrinfo ENOTFOUND sts.amazonaws.com')).toEqual({
    code: 'ENOTFOUND',
    error: 'ENOTFOUND: getaddrinfo ENOTFOUND sts.amazonaws.com',
  });
  expect(facts('ENOENT', "ENOENT: no such file or directory, open 'x'").error).toBe(
    "ENOENT: no such file or directory, open 'x'",
  );
  expect(errorFacts(new Error('odd'))).toEqual({ code: 'Error', error: 'Error: odd' });
});
