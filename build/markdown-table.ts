import { markdownTable as written } from 'markdown-table';

/**
 * A table as all documents of this project have it: cells as wide as their text, so that one figure that changes
 * changes one line. @param rightFrom the first column of figures, which are aligned to the right.
 */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { rightFrom = head.length }: { readonly rightFrom?: number } = {},
): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  return written(cells, {
    alignDelimiters: false,
    align: head.map((_, column) => (column >= rightFrom ? 'r' : '')),
  });
}
