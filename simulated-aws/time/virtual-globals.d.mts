import type { VirtualTimers } from './virtual-timers.mjs';

/** Puts this process on virtual time, `now` in milliseconds since 1970, until the returned function is called. */
export declare function installGlobals(now: () => number, pending: VirtualTimers): () => void;
