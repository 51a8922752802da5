import http, { type IncomingMessage, type Server } from 'node:http';
import https from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** An HTTP answer, held whole: every answer here fits in memory. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface LoopbackServer {
  readonly port: number;
  /** `http://localhost:PORT`: a name and not an address, since some servers read the host name. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves on a free loopback port. `close` also ends connections that are still open. */
export async function serveOnLoopback(server: Server): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // AWS keeps idle connections longer than the 5 s that Node does.
  server.keepAliveTimeout = 60_000;
  const port = await listen(server);
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, url: `http://localhost:${port}`, close };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

function listen(server: Server | ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const agent = new http.Agent({ keepAlive: true });

/**
 * Sends a request to a server on this machine. Rejects when the connection fails.
 * @param options.ca the certificate to trust, where the server speaks TLS
 */
export function request(
  url: string,
  options: {
    method?: string;
    headers?: http.OutgoingHttpHeaders;
    body?: Buffer | string;
    ca?: Buffer | undefined;
  } = {},
): Promise<HttpAnswer> {
  const { method = 'GET', headers = {}, body = '', ca } = options;
  const send = ca
    ? https.request.bind(https, url, { method, headers, ca })
    : http.request.bind(http, url, { method, headers, agent });
  return new Promise((resolve, reject) => {
    const outgoing = send((incoming) => {
      readBody(incoming).then(
        (received) =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: received }),
        reject,
      );
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
