/**
 * For tests that start processes. The limit only ends a test that hangs; a busy machine must not come near it, since
 * what is right is decided in virtual time, or by what a process says.
 */
export const UNLESS_HANGING = { timeout: 600_000 };
