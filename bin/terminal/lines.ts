/** Rows that a terminal shows; `--json` has all of them. */
const SHOWN = 50;

/** A titled list, empty without rows. Its rows hold ids and names that somebody else may have written. */
export function section(title: string, rows: readonly string[]): string {
  if (rows.length === 0) return '';
  const more = rows.length > SHOWN ? [`  … and ${rows.length - SHOWN} more: --json shows all`] : [];
  return [title, ...rows.slice(0, SHOWN).map((row) => `  ${plain(row)}`), ...more].join('\n');
}

/** Rows in columns, each as wide as its longest cell. */
export function table(written: readonly (readonly string[])[]): string[] {
  const rows = written.map((row) => row.map(plain));
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join('  ')
      .trimEnd(),
  );
}

/** Text that somebody else may have written, without what could steer a terminal. */
export const plain = (text: string): string => text.replace(/\p{C}/gu, ' ');
