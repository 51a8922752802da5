import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, expect, it } from 'vitest';
import { LookUp } from '../../bin/local/look-up.ts';
import { type Proxies, placeOf, proxiesOf, proxyFor } from '../../bin/local/proxy.ts';
import { ProxyWire } from '../../bin/local/proxy-wire.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { Clients, overHttp } from '../../lambda/shell/calls/clients.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { serveOnLoopback } from '../../simulated-aws/host/loopback.ts';
import { startTunnels } from './tunnels.ts';

const HTTPS = { protocol: 'https:', hostname: 'ec2.us-east-1.amazonaws.com' };

const chosen = (env: NodeJS.ProcessEnv, call: Parameters<typeof proxyFor>[1]): string | undefined => {
  const proxy = proxyFor(proxiesOf(env) as Proxies, call);
  return proxy && placeOf(proxy);
};

// What each means: AWS CLI user guide, "Using an HTTP proxy for the AWS CLI"; Python, proxy_bypass_environment.
it.each([
  ['in capitals', { HTTPS_PROXY: 'http://one:1' }, 'one:1 (HTTPS_PROXY)'],
  ['in lower case', { https_proxy: 'http://one:1' }, 'one:1 (https_proxy)'],
  ['lower case wins', { HTTPS_PROXY: 'http://one:1', https_proxy: 'http://two:2' }, 'two:2 (https_proxy)'],
  ['without a scheme', { HTTPS_PROXY: 'one:1' }, 'one:1 (HTTPS_PROXY)'],
  ['with a password, never shown', { HTTPS_PROXY: 'http://me:p%40ss@one:1' }, 'one:1 (HTTPS_PROXY)'],
  ['one for the other protocol', { HTTP_PROXY: 'http://one:1' }, undefined],
  ['a name that is excepted', { HTTPS_PROXY: 'one:1', NO_PROXY: 'x,ec2.us-east-1.amazonaws.com' }, undefined],
  ['the end of a name', { HTTPS_PROXY: 'one:1', no_proxy: ' .AmazonAWS.com ' }, undefined],
  ['the end of a word only', { HTTPS_PROXY: 'one:1', NO_PROXY: 'aws.com' }, 'one:1 (HTTPS_PROXY)'],
  ['all are excepted', { HTTPS_PROXY: 'one:1', NO_PROXY: '*' }, undefined],
  ['an empty exception', { HTTPS_PROXY: 'one:1', NO_PROXY: 'a.b', no_proxy: '' }, 'one:1 (HTTPS_PROXY)'],
])('a proxy as in the AWS CLI: %s', (_, env, expected) => {
  expect(chosen(env, HTTPS)).toBe(expected);
});

it('an exception may name the port', () => {
  const call = { protocol: 'http:', hostname: 'localhost', port: 4566 };
  expect(chosen({ HTTP_PROXY: 'one:1', NO_PROXY: 'localhost:4566' }, call)).toBeUndefined();
  expect(chosen({ HTTP_PROXY: 'one:1', NO_PROXY: 'localhost:1' }, call)).toBe('one:1 (HTTP_PROXY)');
});

it('an empty variable in lower case means none', () => {
  expect(proxiesOf({ HTTPS_PROXY: 'http://one:1', https_proxy: '' })).toBeUndefined();
});

it.each([
  ['socks5://me:secret@one:1', 'HTTPS_PROXY: socks5 proxies are not supported'],
  ['http://me:secret@', 'HTTPS_PROXY: it is not the address of a proxy'],
  ['http://me:100%secret@one:1', 'its password holds a sign that must be written as %XX'],
])('a proxy that is none is refused, and its password not shown: %s', (address, message) => {
  const refusal = (() => {
    try {
      return proxiesOf({ HTTPS_PROXY: address });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(refusal).toBeInstanceOf(InputError);
  expect(String(refusal)).toContain(message);
  expect(String(refusal)).not.toContain('secret');
});

const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

async function listening(server: Server): Promise<number> {
  const { port, close } = await serveOnLoopback(server);
  closings.push(close);
  return port;
}

async function tunnelTo(port: number, refusal?: number) {
  const proxy = await startTunnels(port, refusal);
  closings.push(proxy.close);
  return proxy;
}

/** Answers GetCallerIdentity as STS does (API_GetCallerIdentity). */
const sts = () =>
  listening(
    createServer((_, response) => {
      const result = '<GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>';
      response.setHeader('x-amzn-requestid', '1').setHeader('content-type', 'text/xml');
      response.end(`<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>`);
    }),
  );

/** Asks STS at that host `times` times. */
async function ask(env: NodeJS.ProcessEnv, host: string, port: number, times = 1) {
  const proxies = proxiesOf(env);
  const wire = proxies ? new ProxyWire(proxies) : overHttp();
  const over = new AbortController();
  const clients = new Clients(systemClock, over.signal, wire);
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
  const client = clients.of(STSClient, 'us-east-1', { credentials, endpoint: `http://${host}:${port}` });
  try {
    for (let time = 0; time < times; time++)
      await client.send(new GetCallerIdentityCommand({}), clients.options);
    return clients.answered;
  } finally {
    over.abort();
    client.destroy();
  }
}

it('calls go through a tunnel of the proxy, which is kept for the next one', async () => {
  const port = await sts();
  const { asked, address } = await tunnelTo(port);
  expect(await ask({ HTTP_PROXY: `http://me:p%40ss@${address}` }, 'sts.localhost', port, 2)).toBe(2);
  const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
  expect(asked).toEqual([{ target: `sts.localhost:${port}`, authorization }]);
});

it('calls to an excepted host go straight to it', async () => {
  const port = await sts();
  const { asked, address } = await tunnelTo(port);
  expect(await ask({ HTTP_PROXY: address, NO_PROXY: '127.0.0.1' }, '127.0.0.1', port)).toBe(1);
  expect(asked).toEqual([]);
});

it('the way without options, which the deployed function takes, knows no environment', async () => {
  const port = await sts();
  const { asked, address } = await tunnelTo(port);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']) process.env[name] = address;
  try {
    expect(await ask({}, '127.0.0.1', port)).toBe(1);
  } finally {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']) delete process.env[name];
  }
  expect(asked).toEqual([]);
});

it('a proxy that refuses is named, without its password, and no answer of its own passes for one of AWS', async () => {
  const port = await sts();
  const { address, asked } = await tunnelTo(port, 407);
  const refused = ask({ HTTP_PROXY: `http://me:secret@${address}` }, 'sts.localhost', port);
  await expect(refused).rejects.toMatchObject({
    name: 'ProxyError',
    message: `the proxy ${address} (HTTP_PROXY) gave no connection to sts.localhost: Error: Bad response: 407`,
  });
  expect(asked).toHaveLength(3); // tried as often as any call that got no answer
});

const START = 'https://example.awsapps.com/start';
const ROLE = 'role_arn = arn:aws:iam::123456789012:role/admin';
const SSO = 'sso_account_id = 123456789012\nsso_role_name = admin';

/** As `aws sso login` leaves it in ~/.aws/sso/cache (AWS CLI user guide, "Configuring IAM Identity Center"). */
const token = (expiresAt: string) => ({
  ...{ accessToken: 'token', expiresAt, refreshToken: 'again', clientId: 'me', clientSecret: 'secret' },
  registrationExpiresAt: '2999-01-01T00:00:00Z',
});

it.each([
  [
    'a role',
    `${ROLE}\nsource_profile = key\n[profile key]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n`,
    'sts.us-east-1.amazonaws.com:443',
  ],
  [
    'single sign-on',
    `sso_start_url = ${START}\nsso_region = eu-west-1\n${SSO}\n`,
    'portal.sso.eu-west-1.amazonaws.com:443',
  ],
  [
    'single sign-on whose token has expired',
    `sso_session = corp\n${SSO}\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = ${START}\n`,
    'oidc.eu-west-1.amazonaws.com:443',
  ],
])('the look-up of credentials goes through the proxy, too: %s', async (_, profile, target) => {
  const home = mkdtempSync(join(tmpdir(), 'killswitch-proxy-'));
  const cache = join(home, '.aws', 'sso', 'cache');
  mkdirSync(cache, { recursive: true });
  for (const [name, expiresAt] of [
    [START, '2999-01-01T00:00:00Z'] as const,
    ['corp', '2020-01-01T00:00:00Z'] as const,
  ])
    writeFileSync(
      join(cache, `${createHash('sha1').update(name).digest('hex')}.json`),
      JSON.stringify(token(expiresAt)),
    );
  writeFileSync(join(home, 'config'), `[profile through]\n${profile}`);
  const before = { ...process.env };
  const files = { AWS_CONFIG_FILE: join(home, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(home, 'none') };
  Object.assign(process.env, { ...files, HOME: home, AWS_PROFILE: 'through' });
  try {
    const { asked, address } = await tunnelTo(0, 403);
    const proxies = proxiesOf({ HTTPS_PROXY: `http://${address}` }) as Proxies;
    const lookUp = new LookUp();
    lookUp.settings = { wire: () => new ProxyWire(proxies) };
    await expect(lookUp.clients(systemClock, AbortSignal.timeout(60_000)).credentials()).rejects.toThrow();
    expect(new Set(asked.map((each) => each.target))).toEqual(new Set([target]));
  } finally {
    for (const name of ['HOME', 'AWS_PROFILE', ...Object.keys(files)])
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    rmSync(home, { recursive: true, force: true });
  }
});
