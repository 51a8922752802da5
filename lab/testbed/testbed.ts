import { type Bridge, startBridge } from './bridge.ts';
import type { LambdaOptions } from './lambda-service.ts';
import { type Mailbox, startMailbox } from './mailbox.ts';
import { type Moto, startMoto } from './moto.ts';
import { PlantedAccount } from './planted-account.ts';
import { type RecordingProxy, startProxy } from './proxy.ts';

/** Everything that takes the place of AWS on this machine. */
export interface Testbed {
  readonly moto: Moto;
  /** What deployed functions call, in front of moto. */
  readonly proxy: RecordingProxy;
  readonly bridge: Bridge;
  readonly mailbox: Mailbox;
  /** Plants and reads without the proxy, so that its calls are not recorded. */
  readonly account: PlantedAccount;
  stop(): Promise<void>;
}

/** Starts all of it, but for a moto that is given. @throws Error saying what to install when moto cannot be had. */
export async function startTestbed(
  options: Pick<LambdaOptions, 'retryDelayMs' | 'node' | 'env' | 'onLine'> & { readonly moto?: Moto } = {},
): Promise<Testbed> {
  const moto = options.moto ?? (await startMoto());
  const proxy = await startProxy(moto.url);
  const bridge = await startBridge({ ...options, motoUrl: moto.url, endpoint: proxy.url });
  const mailbox = await startMailbox();
  const account = new PlantedAccount(moto.url);
  return {
    moto,
    proxy,
    bridge,
    mailbox,
    account,
    stop: async () => {
      account.close();
      for (const part of [bridge, mailbox, proxy, moto]) await part.stop();
    },
  };
}
