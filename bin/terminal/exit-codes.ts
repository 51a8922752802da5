/** What the process ends with; `killswitch --help` and docs/commands.md tell people the same. */
export const EXIT = {
  done: 0,
  error: 1,
  /** Bad input, or not confirmed: nothing was changed. */
  refused: 2,
  /** Something could not be seen, read or done. */
  incomplete: 3,
  /** `status` found problems. */
  problems: 4,
} as const;
