const PRELOAD = `--import=${new URL('on-idle-time.mjs', import.meta.url).href}`;

/** For NODE_OPTIONS: a child process that goes by its idle time, see idle-time.mjs. */
export const ON_IDLE_TIME = PRELOAD;

/** The same for one that waits for nobody's polling and no person, only for its own timers: they come ten times sooner. */
export const ON_FAST_IDLE_TIME = `${PRELOAD}?speed=10`;
