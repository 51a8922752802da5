import type { ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import { errorFacts } from '../../lambda/core/model.ts';
import { CONNECTION_MS, overHttp, POOL, type Wire } from '../../lambda/shell/calls/clients.ts';
import { type Proxies, type ProxyAddress, placeOf, proxyFor } from './proxy.ts';

type Connect = (
  options: ClientRequestArgs,
  connected?: (error: Error | null, stream: Duplex) => void,
) => Duplex | null | undefined;

/** No connection through the proxy, so that nothing was sent to AWS. The call is repeated like any that got no answer. */
class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly $retryable = { throttling: false };
}

/**
 * An agent whose tunnels name the proxy in each failure to connect through it. The time limit also ends a CONNECT that
 * nobody answers.
 */
function tunnel<Agent extends HttpProxyAgent | HttpsProxyAgent>(agent: Agent, proxy: ProxyAddress): Agent {
  const connect: Connect = agent.createConnection.bind(agent);
  const named: Connect = (options, connected) =>
    connect({ ...options, timeout: CONNECTION_MS }, (error, stream) =>
      connected?.(error && refusedBy(proxy, options, error), stream),
    );
  return Object.assign(agent, { createConnection: named });
}

const refusedBy = (proxy: ProxyAddress, { host }: ClientRequestArgs, cause: Error): ProxyError =>
  new ProxyError(`the proxy ${placeOf(proxy)} gave no connection to ${host}: ${errorFacts(cause).error}`, {
    cause,
  });

/** The way to AWS through proxies: each call is a tunnel (CONNECT), so that a proxy reads no call and forges no answer. */
export class ProxyWire implements Wire {
  readonly #straight = overHttp();
  readonly #through: Wire;

  constructor(private readonly proxies: Proxies) {
    const { http, https } = proxies;
    this.#through = overHttp({
      ...(http ? { httpAgent: tunnel(new HttpProxyAgent({ ...POOL, proxy: http.url }), http) } : {}),
      ...(https ? { httpsAgent: tunnel(new HttpsProxyAgent({ ...POOL, proxy: https.url }), https) } : {}),
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
