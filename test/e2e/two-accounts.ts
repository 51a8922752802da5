import { setInterval } from 'node:timers';
import { type AccountContent, readAccount } from '../../lab/testbed/account-reader.ts';
import type { Moto } from '../../lab/testbed/moto.ts';
import { PlantedAccount } from '../../lab/testbed/planted-account.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import type { RestoreStep } from '../../lambda/kinds/kind.ts';
import { FolderStore } from '../../lambda/shell/journal/store.ts';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { serve } from '../../simulated-aws/wire/server.ts';
import { IdleClock } from '../idle-time/idle-clock.ts';
import { fireFromHere, newAccount, putBackFromHere } from './engine.ts';

/** An empty account, whoever plays AWS: planted with SDK clients, fired at by the engine, read by boto3. */
export interface PlayedAccount {
  readonly planted: PlantedAccount;
  /** Lets an instance start, a group launch, a spot request be fulfilled. */
  settle(): Promise<void>;
  fire(policy?: Partial<Policy>): Promise<Report>;
  putBack(incident: string): Promise<RestoreStep[]>;
  read(): Promise<AccountContent>;
  stop(): Promise<void>;
}

type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

export async function accountOnMoto(moto: Moto, number: number): Promise<PlayedAccount> {
  const credentials = await newAccount(moto, String(300_000_000_000 + number));
  return played(moto, moto.url, credentials, {
    settle: async () => {}, // there everything is so at once
    stop: async () => {},
  });
}

/** A second of the engine's is this many of the simulated account's: the engine looks again after 50 ms, not 5 s. */
const SPEED = 100;
const STEP_MS = 5;

export async function accountOnSimulation(python: Pick<Moto, 'python'>): Promise<PlayedAccount> {
  const account = new SimulatedAccount({ startsAt: Date.now(), seed: 1 });
  const { timeline, iam } = account;
  const endpoint = new Endpoint(account, { latency: () => 0 });
  const server = await serve(endpoint);
  const clock = setInterval(() => timeline.advanceTo(timeline.now() + STEP_MS * SPEED), STEP_MS);
  return played(python, server.url, iam.rootAccessKey(), {
    settle: async () => timeline.advanceTo(timeline.now() + 10 * 60_000),
    stop: async () => {
      clearInterval(clock);
      await server.stop();
      endpoint.refuseDefects();
    },
  });
}

function played(
  { python }: Pick<Moto, 'python'>,
  url: string,
  credentials: Credentials,
  { settle, stop }: Pick<PlayedAccount, 'settle' | 'stop'>,
): PlayedAccount {
  const folder = temporaryFolder('killswitch-journal-');
  const store = new FolderStore(folder.path);
  const clock = new IdleClock();
  const planted = new PlantedAccount(url, credentials);
  const here = () => {
    process.env['AWS_ENDPOINT_URL'] = url;
    process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
    delete process.env['AWS_PROFILE'];
    delete process.env['AWS_SESSION_TOKEN'];
  };
  return {
    planted,
    settle,
    fire: (policy) => {
      here();
      return fireFromHere(store, clock, policy);
    },
    putBack: (incident) => {
      here();
      return putBackFromHere(store, clock, incident);
    },
    read: () => readAccount({ url, python }, { regions: ['us-east-1', 'eu-west-1'], credentials }),
    stop: async () => {
      clock.stop();
      planted.close();
      folder.remove();
      await stop();
    },
  };
}
