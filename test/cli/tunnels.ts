import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { serveOnLoopback } from '../../simulated-aws/host/loopback.ts';

/** A proxy on loopback as companies have them (RFC 9110, CONNECT), and what it was asked for. */
export interface Tunnels {
  readonly asked: readonly {
    readonly target: string | undefined;
    readonly authorization: string | undefined;
  }[];
  /** `127.0.0.1:PORT` */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * @param port on this machine, to which each tunnel leads, whatever host is asked for
 * @param refusal status with which it refuses every tunnel
 */
export async function startTunnels(port: number, refusal?: number): Promise<Tunnels> {
  const asked: { readonly target: string | undefined; readonly authorization: string | undefined }[] = [];
  const ends = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(500).end());
  server.on('connect', ({ url, headers }, socket: Socket) => {
    asked.push({ target: url, authorization: headers['proxy-authorization'] });
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
      return;
    }
    const onward = connect(port, '127.0.0.1', () =>
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n'),
    );
    ends.add(onward);
    onward.pipe(socket).pipe(onward);
    for (const each of [socket, onward]) each.on('error', () => each.destroy());
  });
  const { port: own, close } = await serveOnLoopback(server);
  return {
    asked,
    address: `127.0.0.1:${own}`,
    close: async () => {
      for (const end of ends) end.destroy();
      await close();
    },
  };
}
