import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { InputError } from '../../lambda/core/settings.ts';
import type { Clock } from '../../lambda/shell/clock.ts';
import { identify, type SourceCredentials } from '../../lambda/shell/sources/identity.ts';
import { unlimitedClients } from '../idle-time/clients.ts';
import { standingClock, withoutPausesBelow } from './standing-clock.ts';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const TOUCHED = ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
const found = Object.fromEntries(TOUCHED.map((name) => [name, process.env[name]]));
/** The engine asks two more regions after 1.5 s, and gives up after 5 s. */
const LIMIT_MS = 5_000;
const REGIONS = 3;

let server: Server | undefined;
let ended: AbortController;
afterEach(async () => {
  ended.abort();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  for (const [name, value] of Object.entries(found))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
});

async function ask(
  listener: RequestListener,
  { clock = standingClock, token = '', sources = undefined as SourceCredentials | undefined } = {},
) {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['AWS_ACCESS_KEY_ID'] = KEY;
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  if (token) process.env['AWS_SESSION_TOKEN'] = token;
  ended = new AbortController();
  return identify(unlimitedClients(withoutPausesBelow(LIMIT_MS), ended.signal), clock, sources);
}

const identity =
  (arn: string): RequestListener =>
  (_request, response) =>
    response
      .setHeader('content-type', 'text/xml')
      .end(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${arn}<UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
      );
const refusal =
  (status: number, code: string): RequestListener =>
  (_request, response) => {
    response.statusCode = status;
    response
      .setHeader('content-type', 'text/xml')
      .end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
      );
  };

describe('who runs this', () => {
  it('comes from STS', async () => {
    const { caller, gap } = await ask(identity('<Arn>arn:aws:iam::123456789012:user/alice</Arn>'));
    expect(gap).toBeUndefined();
    expect(caller).toMatchObject({ account: '123456789012', exemptKeys: new Set([KEY]), unknown: false });
  });

  it.each([
    ['breaks', refusal(500, 'InternalFailure')],
    ['answers with no ARN', identity('')],
    ['answers with nonsense', (_request, response) => response.end('<html>')],
  ] satisfies [string, RequestListener][])(
    'is a gap when STS %s; the caller is exempt all the same',
    async (_, listener) => {
      const { caller, gap } = await ask(listener, { clock: withoutPausesBelow(LIMIT_MS) });
      expect(gap).toMatchObject({ kind: 'caller-identity', scope: 'global' });
      expect(caller).toEqual({ exemptKeys: new Set([KEY]), unknown: false });
    },
  );

  /** STS hears each request and answers none; the time is up when all regions were asked. */
  function silentSts() {
    let asked = 0;
    let allAsked = () => {};
    const timeIsUp = new Promise<void>((resolve) => {
      allAsked = resolve;
    });
    const listener: RequestListener = () => {
      asked += 1;
      if (asked === REGIONS) allAsked();
    };
    const clock: Clock = { now: () => 0, sleep: async (ms) => (ms < LIMIT_MS ? undefined : timeIsUp) };
    return { listener, clock };
  }

  it('is a gap when STS does not answer, in none of three regions; the caller is exempt all the same', async () => {
    const { listener, clock } = silentSts();
    const { caller, gap } = await ask(listener, { clock });
    expect(gap).toMatchObject({ kind: 'caller-identity', scope: 'global', code: 'TimeoutError' });
    expect(caller).toEqual({ exemptKeys: new Set([KEY]), unknown: false });
  });

  it("is a role's with temporary credentials and no STS: no user's key signed this", async () => {
    const { listener, clock } = silentSts();
    const { caller } = await ask(listener, { clock, token: 'token' });
    expect(caller).toEqual({ exemptKeys: new Set(), unknown: false });
  });

  it.each(['ExpiredToken', 'InvalidClientTokenId', 'SignatureDoesNotMatch'])(
    'is an input error when the credentials are bad: %s',
    async (code) => {
      let asked = 0;
      const refuse = refusal(403, code);
      const counted: RequestListener = (...args) => {
        asked += 1;
        refuse(...args);
      };
      await expect(ask(counted)).rejects.toThrow(InputError);
      expect(asked).toBe(1); // no other region
    },
  );

  it('is an error in another partition', async () => {
    await expect(ask(identity('<Arn>arn:aws-cn:iam::123456789012:user/alice</Arn>'))).rejects.toThrow(
      /partition aws-cn/,
    );
  });
});
