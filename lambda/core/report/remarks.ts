/** What a person should know that belongs to no resource. */
export function remarks(markProblem: string | undefined, isHeldOpen: boolean | undefined): string[] {
  return [
    // Somebody may have edited the mark; it hides nothing that we could stop, so it is no gap.
    ...(markProblem
      ? [
          `What the journal says of earlier incidents could not be read, and was taken for nothing: ${markProblem}`,
        ]
      : []),
    ...(isHeldOpen
      ? [
          'Until you restore it, and for a day at most, it looks each minute and stops again whatever runs: restore it before you start anything of your own',
        ]
      : []),
  ];
}
