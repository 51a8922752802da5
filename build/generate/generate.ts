import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from './formatting.ts';
import { findKinds, KINDS_FOLDER, registryOf } from './kind-registry.ts';

// `npm run generate`: all that is made from the code. Tests compare what is committed with what this writes.
for (const [file, text] of Object.entries(registryOf(await findKinds())))
  await writeFile(join(KINDS_FOLDER, file), text);
// Loaded only now: documents are made from the kinds that the new registry names.
await import('./write-docs.ts');
// JSON.stringify gives each item of a list a line of its own, Biome does not.
format(['docs/permissions', 'killswitch.config.schema.json']);
