import { writeFile } from 'node:fs/promises';
import { PricingClient } from '@aws-sdk/client-pricing';
import { InvalidArgumentError, Option } from 'commander';
import { errorFacts } from '../../lambda/core/model.ts';
import { DEFAULT_REGIONS, isKnownRegion, OPT_IN_REGIONS } from '../../lambda/core/regions.ts';
import { npmCommand, runCommand } from '../command-line.ts';
import { inPackage } from '../package.ts';
import { collectPrices } from './price-collection.ts';
import { currentTable, fitTable, HOME, updatedTable } from './price-fit.ts';
import { tableSource } from './price-table-source.ts';

const SOURCE = 'the Price List API, GetProducts';

interface Options {
  readonly out: string;
  readonly regions: readonly string[];
}

await runCommand(
  npmCommand('prices', {
    description:
      'Rewrites the table of prices from the Price List API, with your credentials. It needs pricing:GetProducts, and costs nothing.\nWithout an answer the table stays as it is.',
    example: ['--regions us-east-1,eu-west-1', 'asks for two regions; the others stay as they are'],
    exitCodes: { 0: 'written', 2: 'bad input, or no answer: the table stays as it is' },
  })
    .option(
      '--out <file>',
      'where to write the table',
      inPackage('lambda', 'core', 'prices', 'price-table.ts'),
    )
    .addOption(
      new Option('--regions <names>', 'separated by commas')
        .argParser(regionNames)
        .default([...DEFAULT_REGIONS, ...OPT_IN_REGIONS], 'all'),
    )
    .action(refresh),
);

function regionNames(text: string): readonly string[] {
  const names = text.split(',');
  const [unknown] = names.filter((name) => !isKnownRegion(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`"${unknown}" is not a region: expected e.g. us-east-1,eu-west-1`);
  return names;
}

async function refresh({ out, regions }: Options): Promise<void> {
  try {
    // The API answers in us-east-1, eu-central-1 and ap-south-1 only.
    const client = new PricingClient({ region: HOME, maxAttempts: 5 });
    const { prices, published } = await collectPrices(client, regions);
    if (!prices.has(HOME) || !published) throw new Error(`no prices in ${HOME} among the answers`);
    const table = updatedTable(currentTable(), fitTable(prices));
    const from = { dated: published, source: SOURCE, regionsDated: published, regionsSource: SOURCE };
    await writeFile(out, tableSource(table, from));
    const types = [...prices.values()].reduce((sum, byType) => sum + byType.size, 0);
    console.log(`${out}: ${types} prices in ${prices.size} regions, of ${published}`);
    const silent = regions.filter((region) => !prices.has(region));
    if (silent.length > 0) console.log(`as before, since nothing is listed there: ${silent.join(', ')}`);
  } catch (thrown) {
    console.error(
      `The prices were not refreshed: ${errorFacts(thrown).error}\n` +
        'This needs the network, and credentials that may call pricing:GetProducts. The table is as it was.',
    );
    process.exitCode = 2;
  }
}
