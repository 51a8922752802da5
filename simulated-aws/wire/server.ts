import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readBody } from '../host/loopback.ts';
import type { Endpoint, WireAnswer } from './endpoint.ts';

/** How many requests of a server are in each place. They show whether real bytes are still on the way. */
export interface RequestCounts {
  /** Requests whose first bytes have arrived. */
  readonly received: number;
  /** Requests that are over: answered in full, reset, or given up by the client. */
  readonly answered: number;
  /** Coming in or going out over the socket: virtual time must stand still. */
  readonly moving: number;
  /** Inside the account, waiting for virtual time to pass. */
  readonly waiting: number;
  /** Those that will never be answered. */
  readonly hanging: number;
}

/** A simulated account on a loopback port. */
export interface SimulatedAccountServer {
  /** With an address as its host, so that SDKs put buckets into the path. */
  readonly url: string;
  readonly counts: RequestCounts;
  /** Requests that are not over and not hanging. */
  readonly inFlight: number;
  /** Called whenever a count has changed. */
  onChange?: (counts: RequestCounts) => void;
  /** Ends all connections, also of requests that hang. */
  stop(): Promise<void>;
}

type Place = 'moving' | 'waiting' | 'hanging' | 'over';

/** Serves an endpoint over HTTP. No real timer ever closes a connection: hours may pass at once, or none. */
export async function serve(endpoint: Endpoint): Promise<SimulatedAccountServer> {
  const counts = { received: 0, answered: 0, moving: 0, waiting: 0, hanging: 0 };
  const sockets = new Set<Socket>();
  const untimed = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true };
  const http = createServer(untimed, (incoming, outgoing) => {
    pass(incoming, outgoing).catch((thrown: unknown) => outgoing.destroy(thrown as Error));
  });
  http.timeout = 0;
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', resolve);
  });
  const server: SimulatedAccountServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    counts,
    get inFlight() {
      return counts.moving + counts.waiting;
    },
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return server;

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let place: Place = 'moving';
    counts.received += 1;
    counts.moving += 1;
    const goTo = (next: Place) => {
      if (place === 'over') return;
      counts[place] -= 1;
      place = next;
      counts[next === 'over' ? 'answered' : next] += 1;
      server.onChange?.(counts);
    };
    server.onChange?.(counts);
    outgoing.once('close', () => goTo('over'));
    const { method = 'GET', url: path = '/' } = incoming;
    const body = await readBody(incoming);
    goTo('waiting');
    endpoint.receive({ method, path, headers: flat(incoming.headers), body }, (answer) => {
      goTo(answer === 'hang' ? 'hanging' : 'moving');
      send(outgoing, answer, method);
    });
  }
}

function send(outgoing: ServerResponse, answer: WireAnswer, method: string): void {
  if (answer === 'hang' || outgoing.destroyed) return;
  if (answer === 'reset') {
    outgoing.socket?.resetAndDestroy();
    return;
  }
  outgoing.sendDate = false;
  const length = method === 'HEAD' ? {} : { 'content-length': answer.body.length };
  outgoing.writeHead(answer.status, { ...answer.headers, ...length });
  outgoing.end(method === 'HEAD' ? undefined : answer.body);
}

function flat(headers: IncomingMessage['headers']): Record<string, string> {
  const values = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(values.map(([name, value]) => [name, String(value)]));
}
