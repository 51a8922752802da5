import { fileURLToPath } from 'node:url';
import { freePort, request } from '../../simulated-aws/host/loopback.ts';
import { type EmulatorProcess, startEmulator } from './emulator-process.ts';
import { type Command, findMoto } from './moto-installation.ts';

/** A running moto server: an emulator of AWS on loopback, written by others. Its log has no line for each request. */
export interface Moto extends EmulatorProcess {
  readonly port: number;
  /** The interpreter that has boto3. */
  readonly python: Command;
  /** Forgets everything in every account. */
  reset(): Promise<void>;
}

const SERVER = fileURLToPath(new URL('serve_moto.py', import.meta.url));

/**
 * Starts moto on a free port and waits until it answers.
 * @throws Error when moto is not installed and cannot be, or does not answer.
 */
export async function startMoto(options: { env?: Readonly<Record<string, string>> } = {}): Promise<Moto> {
  const { python } = findMoto();
  const port = await freePort();
  const env = {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: '1',
    // Without it AWSDenyAll does not exist.
    MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
    // Hundreds of images for each region, that nothing here asks for, cost 0.1 s a region.
    MOTO_EC2_LOAD_DEFAULT_AMIS: 'false',
    // moto delivers SNS messages with a client that honours http_proxy.
    NO_PROXY: 'localhost,127.0.0.1',
    ...options.env,
  };
  const command: Command = [...python, SERVER, '-p', String(port)];
  const emulator = await startEmulator(command, { name: 'moto', port, env, probe: '/moto-api/data.json' });
  return {
    ...emulator,
    port,
    python,
    reset: async () => {
      const { status } = await request(`${emulator.url}/moto-api/reset`, { method: 'POST' });
      if (status !== 200) throw new Error(`moto refused to reset: HTTP ${status}`);
    },
  };
}
