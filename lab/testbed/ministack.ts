import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../../simulated-aws/host/child-processes.ts';
import { freePort } from '../../simulated-aws/host/loopback.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { type EmulatorProcess, startEmulator } from './emulator-process.ts';
import { onPath } from './moto-installation.ts';

const HOW_TO_GET_IT =
  "ministack is needed and was not found: install it in a virtual environment of its own with  pip install 'ministack==1.5.33'  and put that on PATH";
const SERVER = fileURLToPath(new URL('serve_ministack.py', import.meta.url));
const GUARD = new URL('../../simulated-aws/host/loopback-guard.mjs', import.meta.url).href;

/** A running ministack: an emulator of AWS on loopback, written by others, that enforces IAM. */
export interface Ministack extends EmulatorProcess {
  /** The file of its certificate, which a client has to trust; undefined without TLS. */
  readonly certificate: string | undefined;
  /** From now on Budgets says that so much was spent this month. */
  spend(usd: number): void;
}

/** Says how to get ministack, or undefined where it is on PATH. */
export const ministackMissing = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  onPath('ministack', env) ? undefined : HOW_TO_GET_IT;

/** Says that the AWS CLI is not on PATH, or undefined where it is: an owner's own hands, in a test on ministack. */
export const awsCliMissing = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  onPath('aws', env)
    ? undefined
    : "the AWS CLI is needed and was not found: install it, e.g. in a virtual environment of its own with  pip install 'awscli==1.46.3'  and put that on PATH";

/**
 * Starts ministack with enforced IAM, conditions included. The key `test` is its root user's. It runs deployed Node.js
 * functions as processes of its own.
 * @param tls with a certificate of its own: the journal's bucket refuses plain HTTP
 * @throws Error when it, or openssl for the certificate, is not installed, or when it does not answer.
 */
export async function startMinistack({ tls = false } = {}): Promise<Ministack> {
  const script = onPath('ministack', process.env);
  if (!script) throw new Error(HOW_TO_GET_IT);
  const folder = temporaryFolder('killswitch-ministack-');
  const port = await freePort();
  const spendFile = join(folder.path, 'spend');
  const certificate = tls ? await makeCertificate(folder.path) : undefined;
  const env = {
    ...process.env,
    AUTH: 'true',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: 'localhost',
    MINISTACK_ACCOUNT_ID: '123456789012',
    DOCKER_HOST: 'unix:///none',
    PYTHONDONTWRITEBYTECODE: '1',
    SPEND_FILE: spendFile,
    // For the functions, which it starts.
    AWS_ENDPOINT_URL: `${tls ? 'https' : 'http'}://localhost:${port}`,
    NODE_OPTIONS: `--import=${GUARD}`,
    ...(certificate
      ? {
          USE_SSL: '1',
          MINISTACK_SSL_CERT: certificate,
          MINISTACK_SSL_KEY: keyOf(certificate),
          NODE_EXTRA_CA_CERTS: certificate,
        }
      : {}),
  };
  const python = join(dirname(script), 'python3');
  const emulator = await startEmulator([python, SERVER], {
    name: 'ministack',
    port,
    env,
    probe: '/_ministack/health',
    ca: certificate ? readFileSync(certificate) : undefined,
  });
  return {
    ...emulator,
    certificate,
    spend: (usd) => writeFileSync(spendFile, String(usd)),
    stop: async () => {
      await emulator.stop();
      folder.remove();
    },
  };
}

const keyOf = (certificate: string): string => certificate.replace(/cert\.pem$/, 'key.pem');

/** A self-signed certificate for localhost, with its key beside it. */
async function makeCertificate(folder: string): Promise<string> {
  const certificate = join(folder, 'cert.pem');
  await runToEnd(
    'openssl',
    [
      'openssl',
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', keyOf(certificate), '-out', certificate],
    ],
    {},
  );
  return certificate;
}
