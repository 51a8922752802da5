/** For NODE_OPTIONS: a child process that goes by its idle time, see idle-time.mjs. */
export const ON_IDLE_TIME = `--import=${new URL('on-idle-time.mjs', import.meta.url).href}`;
