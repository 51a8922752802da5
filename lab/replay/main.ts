import '../../simulated-aws/host/loopback-guard.mjs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inPackage } from '../../build/package.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { readIncident } from '../incidents/incident-file.ts';
import { INCIDENT_NAMES, incidentPath } from '../incidents/index.ts';
import type { Incident } from '../incidents/schema.ts';
import { dollars } from '../measuring/wording.ts';
import { draw } from './drawing/chart.ts';
import { page } from './page.ts';
import { pictureOf } from './picture-of.ts';
import { type Replay, replay } from './replay.ts';
import { asMarkdown, asText } from './table.ts';

const USAGE = `usage: npm run replay -- [incident …] [--file path] [--json] [--write]
  incident     one of ${INCIDENT_NAMES.join(', ')}; all of them without any
  --file path  an incident file of one's own; see lab/incidents
  --json       the figures as JSON on stdout, and nothing else there
  --write      also write docs/replay: a drawing of each, a page, a table
Exit codes: 0 played · 1 an error · 2 bad input, nothing was played`;
const DOCUMENTS = inPackage('docs', 'replay');

interface Request {
  readonly incidents: readonly Incident[];
  readonly json: boolean;
  readonly write: boolean;
}

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.exitCode = await main();

async function main(): Promise<number> {
  const request = readRequest();
  if (!request) return 2;
  const replays: Replay[] = [];
  for (const incident of request.incidents) {
    say(`${incident.title} (${incident.name})`);
    replays.push(
      await replay(incident, ({ measures }) => say(`  ${measures.defence}: ${dollars(measures.dollars)}`)),
    );
  }
  const measures = replays.flatMap(({ courses }) => courses.map((course) => course.measures));
  console.log(request.json ? JSON.stringify(measures, null, 2) : `\n${asText(replays)}\n`);
  const folder = request.write ? DOCUMENTS : await mkdtemp(join(tmpdir(), 'killswitch-replay-'));
  await write(replays, folder, request.write);
  say(`The drawings: ${join(folder, 'index.html')}`);
  return 0;
}

/** @returns undefined after it has said what is wrong. */
function readRequest(): Request | undefined {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values, positionals } = parseArgs({
      options: { json: flag, write: flag, help: flag, file: { type: 'string', multiple: true, default: [] } },
      allowPositionals: true,
    });
    if (values.help) throw new InputError([]);
    const unknown = positionals.filter((name) => !INCIDENT_NAMES.includes(name));
    if (unknown.length > 0)
      throw new InputError(
        unknown.map((name) => `there is no incident ${name}: expected ${INCIDENT_NAMES.join(', ')}`),
      );
    const named = positionals.length + values.file.length > 0 ? positionals : INCIDENT_NAMES;
    const paths = [...named.map(incidentPath), ...values.file];
    return { incidents: readAll(paths), json: values.json, write: values.write };
  } catch (error) {
    if (!(error instanceof InputError || error instanceof TypeError)) throw error;
    say(
      [error.message, error instanceof InputError && error.problems.length > 0 ? '' : USAGE]
        .filter(Boolean)
        .join('\n\n'),
    );
    return undefined;
  }
}

/** @throws InputError with the problems of all files, so that nothing is played before all are right. */
function readAll(paths: readonly string[]): Incident[] {
  const problems: string[] = [];
  const incidents = paths.flatMap((path) => {
    try {
      return readIncident(path);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new InputError(problems);
  return incidents;
}

async function write(replays: readonly Replay[], folder: string, isDocumentation: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const each of replays)
    await writeFile(join(folder, `${each.incident.name}.svg`), draw(pictureOf(each)));
  await writeFile(join(folder, 'index.html'), page(replays));
  if (isDocumentation)
    await writeFile(join(folder, 'table.md'), asMarkdown(replays, 'npm run replay -- --write'));
}

/** Progress goes to stderr, so that --json leaves stdout to the figures. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
