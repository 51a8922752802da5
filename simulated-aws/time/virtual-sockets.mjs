/** What a child knows of its connections: how many bytes they moved, and their timeouts in virtual time. */
import net from 'node:net';

/** Node's own slot for a socket's idle timer. Traffic calls `refresh` on what is in it. */
const timerSlot = Object.getOwnPropertySymbols(new net.Socket()).find(
  ({ description }) => description === 'timeout',
);

/** Makes `socket.setTimeout` virtual, and with it the timeouts of http and its agents. */
export function virtualSocketTimeouts(pending) {
  if (timerSlot === undefined) throw new Error('this Node.js keeps the idle timers of sockets elsewhere');
  const cleared = new WeakSet();
  net.Socket.prototype.setTimeout = function setVirtualTimeout(milliseconds, onTimeout) {
    if (this.destroyed) return this;
    if (typeof milliseconds !== 'number' || !(milliseconds >= 0))
      throw Object.assign(new RangeError('The value of "msecs" is out of range.'), {
        code: 'ERR_OUT_OF_RANGE',
      });
    this.timeout = milliseconds;
    pending.clear(this[timerSlot]);
    this[timerSlot] = null;
    if (milliseconds === 0) {
      if (onTimeout) this.removeListener('timeout', onTimeout);
      return this;
    }
    const expire = () => {
      if (!this.destroyed) this._onTimeout();
    };
    this[timerSlot] = pending.add(expire, milliseconds, [], false).unref();
    if (!cleared.has(this)) this.once('close', () => pending.clear(this[timerSlot]));
    cleared.add(this);
    if (onTimeout) this.once('timeout', onTimeout);
    return this;
  };
}

/** Every TCP connection that this process makes from now on. */
export class OwnConnections {
  /** Open connections, with the bytes last reported. */
  #open = new Map();
  #closed = [];
  /** Changes whenever bytes have come or gone, or a connection was made or lost. */
  #events = 0;

  constructor() {
    const open = this;
    const connect = net.Socket.prototype.connect;
    net.Socket.prototype.connect = function connectAndTell(...args) {
      this.once('connect', () => open.#add(this));
      return connect.apply(this, args);
    };
  }

  get activity() {
    let sum = this.#events;
    for (const { bytesRead, bytesWritten } of this.#open.keys()) sum += bytesRead + bytesWritten;
    return sum;
  }

  /** What has changed since the last report: `[local port, remote port, bytes read, bytes written]`. */
  report() {
    const bytes = [];
    for (const [socket, last] of this.#open) {
      const { bytesRead, bytesWritten } = socket;
      if (last.read === bytesRead && last.written === bytesWritten) continue;
      Object.assign(last, { read: bytesRead, written: bytesWritten });
      bytes.push([last.local, last.remote, bytesRead, bytesWritten]);
    }
    const closed = this.#closed;
    this.#closed = [];
    return { bytes, closed };
  }

  #add(socket) {
    if (socket.remotePort === undefined) return;
    const { localPort: local, remotePort: remote } = socket;
    this.#open.set(socket, { local, remote, read: -1, written: -1 });
    this.#events += 1;
    // The bytes of a closed socket must not be missed in the sum.
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#closed.push([local, remote]);
      this.#events += socket.bytesRead + socket.bytesWritten + 1;
    });
  }
}
