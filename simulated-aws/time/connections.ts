import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** As a child reports a connection: `[its own port, the server's port, bytes read, bytes written]`. */
export type ReportedBytes = readonly [own: number, server: number, read: number, written: number];

/**
 * The servers' side of all connections. It compares the bytes that one side has written with those that the other has
 * read. When the counts agree, nothing is on its way, also after requests that hang, were aborted, or were reset.
 */
export class Connections {
  readonly #open = new Map<string, Socket>();
  readonly #closed = new Set<string>();
  readonly #ports = new Set<number>();
  #events = 0;

  constructor() {
    subscribe(ACCEPTED, this.#accept);
  }

  /** Begins to count at a server of this process that listens on that port. Nobody may be connected to it yet. */
  watch(port: number): void {
    this.#ports.add(port);
  }

  stop(): void {
    unsubscribe(ACCEPTED, this.#accept);
  }

  /** Changes whenever bytes have come or gone, or a connection was made or lost. */
  get activity(): number {
    let sum = this.#events;
    for (const { bytesRead, bytesWritten } of this.#open.values()) sum += bytesRead + bytesWritten;
    return sum;
  }

  isWatched(port: number): boolean {
    return this.#ports.has(port);
  }

  /** Both sides have read what the other has written. */
  agree([own, port, read, written]: ReportedBytes): boolean {
    const socket = this.#open.get(keyOf(own, port));
    return socket !== undefined && socket.bytesRead === written && socket.bytesWritten === read;
  }

  isOpen(own: number, port: number): boolean {
    return this.#open.has(keyOf(own, port));
  }

  /** This side has seen that connection, and its end. */
  hasClosed(own: number, port: number): boolean {
    return this.#closed.has(keyOf(own, port)) && !this.isOpen(own, port);
  }

  readonly #accept = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    const { remotePort, localPort } = socket;
    if (localPort === undefined || !this.isWatched(localPort)) return;
    const key = keyOf(remotePort ?? 0, localPort);
    this.#open.set(key, socket);
    this.#closed.delete(key);
    this.#events += 1;
    socket.once('close', () => {
      if (this.#open.get(key) === socket) this.#open.delete(key);
      this.#closed.add(key);
      this.#events += socket.bytesRead + socket.bytesWritten + 1;
    });
  };
}

/** Node publishes on this channel every connection that a server of this process accepts. */
const ACCEPTED = 'net.server.socket';

const keyOf = (own: number, port: number) => `${own}>${port}`;
