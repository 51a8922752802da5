import { writeFile } from 'node:fs/promises';
import { CONFIG_SCHEMA_FILE, configSchema } from './config-schema.ts';

// Part of `npm run generate`; a test compares the committed file with what this writes.
await writeFile(CONFIG_SCHEMA_FILE, `${JSON.stringify(configSchema(), null, 2)}\n`);
