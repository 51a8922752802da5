/** One turn of the event loop. The loop handles in it what the operating system has ready. */
export declare function turnOfTheLoop(): Promise<void>;

/**
 * Resolves after several turns of the event loop without real work, in which what `activity` returns stayed the same.
 */
export declare function untilQuiescent(activity: () => string | number): Promise<void>;

/** Counts jobs of zlib and crypto as work from now on, until the returned function is called. */
export declare function countPoolWork(): () => void;
