import { mkdir, writeFile } from 'node:fs/promises';
import { allKinds } from '../../lambda/kinds/all.ts';
import { inPackage } from '../package.ts';
import { CLAIMS } from './claims.ts';
import { CONFIG_SCHEMA_FILE, configSchema } from './config-schema.ts';
import { cliPolicies, kindsPage, simulationPage } from './docs.ts';
import { pricesPage } from './prices-page.ts';

// Part of `npm run generate`; tests compare the committed files with what this writes.
await mkdir(inPackage('docs', 'permissions'), { recursive: true });
await writeFile(CONFIG_SCHEMA_FILE, `${JSON.stringify(configSchema(), null, 2)}\n`);
await writeFile(inPackage('docs', 'kinds.md'), kindsPage(allKinds));
await writeFile(inPackage('docs', 'simulated-account.md'), simulationPage(CLAIMS));
await writeFile(inPackage('docs', 'prices.md'), pricesPage());
for (const [name, policy] of Object.entries(cliPolicies(allKinds)))
  await writeFile(inPackage('docs', 'permissions', `${name}.json`), `${JSON.stringify(policy, null, 2)}\n`);
