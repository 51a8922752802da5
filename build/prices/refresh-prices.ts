import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { PricingClient } from '@aws-sdk/client-pricing';
import { errorFacts } from '../../lambda/core/model.ts';
import { DEFAULT_REGIONS, OPT_IN_REGIONS } from '../../lambda/core/regions.ts';
import { inPackage } from '../package.ts';
import { collectPrices } from './price-collection.ts';
import { currentTable, fitTable, HOME, updatedTable } from './price-fit.ts';
import { tableSource } from './price-table-source.ts';

/**
 * Rewrites lambda/core/prices/price-table.ts from the Price List API, with the caller's credentials: `npm run prices`.
 * Needs pricing:GetProducts, costs nothing. Ends with 2, and leaves the table alone, when there is no answer.
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: inPackage('lambda', 'core', 'prices', 'price-table.ts') },
    regions: { type: 'string', default: [...DEFAULT_REGIONS, ...OPT_IN_REGIONS].join(',') },
  },
});
const regions = values.regions.split(',');
const SOURCE = 'the Price List API, GetProducts';

try {
  // The API answers in us-east-1, eu-central-1 and ap-south-1 only.
  const client = new PricingClient({ region: HOME, maxAttempts: 5 });
  const { prices, published } = await collectPrices(client, regions);
  if (!prices.has(HOME) || !published) throw new Error(`no prices in ${HOME} among the answers`);
  const table = updatedTable(currentTable(), fitTable(prices));
  const from = { dated: published, source: SOURCE, regionsDated: published, regionsSource: SOURCE };
  await writeFile(values.out, tableSource(table, from));
  const types = [...prices.values()].reduce((sum, byType) => sum + byType.size, 0);
  console.log(`${values.out}: ${types} prices in ${prices.size} regions, of ${published}`);
  const silent = regions.filter((region) => !prices.has(region));
  if (silent.length > 0) console.log(`as before, since nothing is listed there: ${silent.join(', ')}`);
} catch (thrown) {
  console.error(
    `The prices were not refreshed: ${errorFacts(thrown).error}\n` +
      'This needs the network, and credentials that may call pricing:GetProducts. The table is as it was.',
  );
  process.exitCode = 2;
}
