import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Moto } from '../../lab/testbed/moto.ts';
import { PLANTER } from '../../lab/testbed/planted-account.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { readBody, request } from '../../simulated-aws/host/loopback.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';
import { Cli, signedWith } from './cli-process.ts';
import { startTunnels, type Tunnels } from './tunnels.ts';

let moto: Moto;
let cli: Cli;
let tunnels: Tunnels;
let stop = async () => {};

beforeAll(async () => {
  moto = await emptyMoto();
  cli = await Cli.build({});
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(cli.home, name)) as [string, string];
  const hosts = ['amazonaws.com', 'us-east-1.amazonaws.com'].map((domain) => `DNS:*.${domain}`).join();
  const made = [
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=aws',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', ['req', '-x509', ...made, '-addext', `subjectAltName=${hosts}`], { stdio: 'pipe' });
  // AWS's addresses, as far as this test goes: moto behind TLS.
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    async (incoming, outgoing) => {
      const { method = 'GET', url = '/', headers } = incoming;
      const answer = await request(`${moto.url}${url}`, { method, headers, body: await readBody(incoming) });
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  tunnels = await startTunnels((server.address() as { port: number }).port);
  stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});

afterAll(async () => {
  await tunnels.close();
  await stop();
  cli.remove();
  await moto.stop();
});

it('every call to AWS goes through HTTPS_PROXY, and TLS reaches to AWS itself', async () => {
  const { AWS_ENDPOINT_URL: _, ...key } = signedWith(PLANTER, '');
  const env = { ...key, HTTPS_PROXY: tunnels.address, NODE_EXTRA_CA_CERTS: join(cli.home, 'cert.pem') };
  const { code, stdout, stderr } = await cli.run(['plan', '--json', '--region', 'us-east-1'], env);
  expect(stderr).toContain(`calls go through the proxy ${tunnels.address} (HTTPS_PROXY)`);
  expect((JSON.parse(stdout) as Report).gaps).toEqual([]);
  expect(code).toBe(0);
  expect(new Set(tunnels.asked.map(({ target }) => target))).toEqual(
    new Set(
      ['sts.us-east-1', 'iam', 'ec2.us-east-1', 'autoscaling.us-east-1'].map(
        (host) => `${host}.amazonaws.com:443`,
      ),
    ),
  );
});
