import '../../simulated-aws/host/loopback-guard.mjs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { npmCommand, runCommand, say } from '../../build/command-line.ts';
import { inPackage } from '../../build/package.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { readIncident } from '../incidents/incident-file.ts';
import { INCIDENT_NAMES, incidentPath } from '../incidents/index.ts';
import type { Incident } from '../incidents/schema.ts';
import { dollars } from '../measuring/wording.ts';
import type { Replay } from './replay.ts';

interface Options {
  readonly file?: readonly string[];
  readonly json?: true;
  readonly write?: true;
}

const NOT_CALM = 3;
const DOCUMENTS = inPackage('docs', 'replay');

await runCommand(
  npmCommand('replay', {
    description:
      'Plays incidents on a simulated account, once under each defence: what the intruder spends, and what stops them.\nThe last two defences are the real stack of this project. Nothing leaves this machine.',
    example: ['leaked-key', 'plays one incident under all five defences'],
    exitCodes: {
      0: 'played',
      1: 'an error',
      3: 'played, and this stack was not calm where nobody broke in: a false fire, or a second warning in a month',
    },
  })
    .argument('[incident...]', `${INCIDENT_NAMES.join(', ')}; all of them without any`, incidentName)
    .option('--file <path>', 'an incident file of your own, as those in lab/incidents (repeatable)', collect)
    .option('--json', 'the figures as JSON on stdout, and nothing else there')
    .option('--write', 'also write docs/replay: a drawing of each, a page, a table')
    .action(async (names: readonly string[], options: Options) => {
      const { file = [] } = options;
      const named = names.length + file.length > 0 ? names : INCIDENT_NAMES;
      await play(readAll([...named.map(incidentPath), ...file]), options);
    }),
);

function incidentName(name: string, earlier: readonly string[] = []): readonly string[] {
  if (INCIDENT_NAMES.includes(name)) return [...earlier, name];
  throw new InvalidArgumentError(`there is no incident ${name}: expected ${INCIDENT_NAMES.join(', ')}`);
}

function collect(path: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, path];
}

/** The simulation and the drawing are loaded only now: bad input and `--help` are answered without them. */
async function play(incidents: readonly Incident[], options: Options): Promise<void> {
  const { replay } = await import('./replay.ts');
  const { asText } = await import('./table.ts');
  const replays: Replay[] = [];
  for (const incident of incidents) {
    say(`${incident.title} (${incident.name})`);
    replays.push(
      await replay(incident, ({ measures }) => say(`  ${measures.defence}: ${dollars(measures.dollars)}`)),
    );
  }
  const measures = replays.flatMap(({ courses }) => courses.map((course) => course.measures));
  console.log(options.json ? JSON.stringify(measures, null, 2) : `\n${asText(replays)}\n`);
  await judge(replays);
  const isDocumentation = options.write === true;
  const folder = isDocumentation ? DOCUMENTS : await mkdtemp(join(tmpdir(), 'killswitch-replay-'));
  await write(replays, folder, isDocumentation);
  say(`The drawings: ${join(folder, 'index.html')}`);
}

/** Says where this stack disturbed an owner in a calm story, and sets the exit code. */
async function judge(replays: readonly Replay[]): Promise<void> {
  const { ownCourses, unrestOf } = await import('./calmness.ts');
  const unrest = replays.flatMap((replay) =>
    ownCourses(replay).flatMap((course) =>
      unrestOf(replay.incident, course).map(
        (fault) => `${replay.incident.name}, ${course.measures.defence}: ${fault}`,
      ),
    ),
  );
  for (const each of unrest) say(`not calm: ${each}`);
  if (unrest.length > 0) process.exitCode = NOT_CALM;
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
  const { draw } = await import('./drawing/chart.ts');
  const { page } = await import('./page.ts');
  const { pictureOf } = await import('./picture-of.ts');
  const { asMarkdown } = await import('./table.ts');
  await mkdir(folder, { recursive: true });
  for (const each of replays)
    await writeFile(join(folder, `${each.incident.name}.svg`), draw(pictureOf(each)));
  await writeFile(join(folder, 'index.html'), page(replays));
  if (isDocumentation)
    await writeFile(join(folder, 'table.md'), asMarkdown(replays, 'npm run replay -- --write'));
}
