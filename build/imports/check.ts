import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { inPackage } from '../package.ts';
import { cruise } from './cruise.ts';
import { LAYERS } from './layers.ts';
import { importPicture, withPicture } from './picture.ts';
import { importRules } from './rules.ts';

// Part of `npm run lint`: refuses a cycle, an upward import, and a picture that is not today's.
// With --write, part of `npm run generate`: draws the picture anew.
const FILE = inPackage('ARCHITECTURE.md');
const page = readFileSync(FILE, 'utf8');
const { modules, summary } = cruise(importRules(LAYERS));
const drawn = withPicture(page, importPicture(modules, LAYERS));
if (process.argv.includes('--write')) await writeFile(FILE, drawn);
else {
  for (const { from, to, rule, cycle } of summary.violations)
    console.error(`${from} imports ${cycle?.map(({ name }) => name).join(', ') ?? to}: ${rule.name}`);
  if (drawn !== page)
    console.error('the picture of the imports in ARCHITECTURE.md is not today’s: run npm run generate');
  process.exitCode = summary.violations.length === 0 && drawn === page ? 0 : 1;
}
