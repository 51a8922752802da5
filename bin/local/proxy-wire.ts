import type { ClientRequestArgs } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import { errorFacts } from '../../lambda/core/model.ts';
import { CONNECTION_MS, overHttp, POOL, type Wire } from '../../lambda/shell/calls/clients.ts';
import { type Proxies, type ProxyAddress, placeOf, proxyFor } from './proxy.ts';

type Connected = (error: Error | null, stream: Duplex) => void;

/** No connection through the proxy, so that nothing was sent to AWS. The call is repeated like any that got no answer. */
class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly $retryable = { throttling: false };
}

/** Names the proxy in each failure to connect through it. The time limit also ends a CONNECT that nobody answers. */
const throughOf =
  (proxy: ProxyAddress, { host }: ClientRequestArgs, connected?: Connected): Connected =>
  (error, stream) =>
    connected?.(
      error &&
        new ProxyError(
          `the proxy ${placeOf(proxy)} gave no connection to ${host}: ${errorFacts(error).error}`,
          {
            cause: error,
          },
        ),
      stream,
    );

class TunnelToHttps extends HttpsProxyAgent {
  constructor(private readonly to: ProxyAddress) {
    super({ ...POOL, proxy: to.url });
  }

  override createConnection(options: RequestOptions, connected?: Connected) {
    return super.createConnection(
      { ...options, timeout: CONNECTION_MS },
      throughOf(this.to, options, connected),
    );
  }
}

class TunnelToHttp extends HttpProxyAgent {
  constructor(private readonly to: ProxyAddress) {
    super({ ...POOL, proxy: to.url });
  }

  override createConnection(options: ClientRequestArgs, connected?: Connected) {
    return super.createConnection(
      { ...options, timeout: CONNECTION_MS },
      throughOf(this.to, options, connected),
    );
  }
}

/** The way to AWS through proxies: each call is a tunnel (CONNECT), so that a proxy reads no call and forges no answer. */
export class ProxyWire implements Wire {
  readonly #straight = overHttp();
  readonly #through: Wire;

  constructor(private readonly proxies: Proxies) {
    const { http, https } = proxies;
    this.#through = overHttp({
      ...(http ? { httpAgent: new TunnelToHttp(http) } : {}),
      ...(https ? { httpsAgent: new TunnelToHttps(https) } : {}),
    });
  }

  get answered(): number {
    return this.#straight.answered + this.#through.answered;
  }

  handle(...[request, options]: Parameters<Wire['handle']>): ReturnType<Wire['handle']> {
    const wire = proxyFor(this.proxies, request) ? this.#through : this.#straight;
    return wire.handle(request, options);
  }

  updateHttpClientConfig(...change: Parameters<Wire['updateHttpClientConfig']>): void {
    for (const wire of [this.#straight, this.#through]) wire.updateHttpClientConfig(...change);
  }

  httpHandlerConfigs(): object {
    return this.#straight.httpHandlerConfigs();
  }
}
