import { mkdir, writeFile } from 'node:fs/promises';
import { kinds } from '../lambda/kinds/index.ts';
import { inPackage } from './bundle.ts';
import { cliPolicies, kindsPage } from './docs.ts';

await mkdir(inPackage('docs', 'permissions'), { recursive: true });
await writeFile(inPackage('docs', 'kinds.md'), kindsPage(kinds));
for (const [name, policy] of Object.entries(cliPolicies(kinds)))
  await writeFile(inPackage('docs', 'permissions', `${name}.json`), `${JSON.stringify(policy, null, 2)}\n`);
