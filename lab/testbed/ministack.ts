import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../simulated-aws/host/loopback.ts';
import { type EmulatorProcess, startEmulator } from './emulator-process.ts';
import { onPath } from './moto-installation.ts';

const HOW_TO_GET_IT =
  "ministack is needed and was not found: install it in a virtual environment of its own with  pip install 'ministack==1.5.33'  and put that on PATH";
const SERVER = fileURLToPath(new URL('serve_ministack.py', import.meta.url));

/** Says how to get ministack, or undefined where it is on PATH. */
export const ministackMissing = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  onPath('ministack', env) ? undefined : HOW_TO_GET_IT;

/**
 * Starts ministack, an emulator of AWS that enforces IAM, conditions included. The key `test` is its root user's.
 * @throws Error when it is not installed, or does not answer.
 */
export async function startMinistack(): Promise<EmulatorProcess> {
  const script = onPath('ministack', process.env);
  if (!script) throw new Error(HOW_TO_GET_IT);
  const port = await freePort();
  const env = {
    ...process.env,
    AUTH: 'true',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: 'localhost',
    MINISTACK_ACCOUNT_ID: '123456789012',
    DOCKER_HOST: 'unix:///none',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const python = join(dirname(script), 'python3');
  return startEmulator([python, SERVER], { name: 'ministack', port, env, probe: '/_ministack/health' });
}
