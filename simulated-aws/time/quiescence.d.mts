/** One turn of the event loop: what is ready at the operating system is dealt with in it. */
export declare function turnOfTheLoop(): Promise<void>;

/** Resolves after several turns of the event loop without real work, in which what `doings` returns stayed the same. */
export declare function settle(doings: () => string | number): Promise<void>;

/** Counts jobs of zlib and crypto as work from now on, until the returned function is called. */
export declare function countPoolWork(): () => void;
