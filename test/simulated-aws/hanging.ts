/**
 * For tests that start processes or need much work. The limit only ends a test that hangs, and a busy machine must not
 * come near it: what is right is decided in virtual time, in steps, or by what a process says.
 */
export const UNLESS_HANGING = { timeout: 600_000 };
