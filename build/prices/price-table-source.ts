import type { FittedTable } from './price-fit.ts';

const WIDTH = 108;

/** Where the two halves of a table come from, and of which day they are. */
export interface TableSources {
  readonly dated: string;
  readonly source: string;
  readonly regionsDated: string;
  readonly regionsSource: string;
}

/** lambda/core/prices/price-table.ts, formatted, the same for the same table. */
export const tableSource = (table: FittedTable, from: TableSources): string => `/**
 * On-demand prices of EC2 instances, Linux, shared tenancy, US dollars. Written by build/prices/refresh-prices.ts.
 * Prices in us-east-1: ${from.source}.
 * Regions: ${from.regionsSource}.
 */

/** The day of the prices in us-east-1. */
export const PRICES_DATED = '${from.dated}';
/** The day of the regions' factors. */
export const REGIONS_DATED = '${from.regionsDated}';

/** \`family=\` dollars per hour of an \`xlarge\` in us-east-1, then \`,size=\` dollars of each size off that line. */
export const FAMILIES = \`
${filled(table.families)}
\`;

/** \`region=1\`, then what a price in us-east-1 is multiplied by: \`,group=\` and, where it differs, \`,family=\`. */
export const REGIONS = \`
${table.regions.join('\n')}
\`;
`;

/** Words in lines of at most 108 characters. */
function filled(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
