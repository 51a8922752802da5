/** A layer of the house: folders that rest on the layers below and know nothing of those above. */
export interface Layer {
  readonly name: string;
  /** Each with all that is in it, but for what another layer names. */
  readonly folders: readonly string[];
  /** Its folders know nothing of each other either. */
  readonly areApart?: true;
  /** It rests on nothing outside its own folders. */
  readonly standsAlone?: true;
}

const within = (folder: string, ...names: readonly string[]) => names.map((name) => `${folder}/${name}`);

/**
 * From top to bottom. `npm run lint` refuses an upward import and every cycle, of types too; `npm run generate` draws
 * the picture in ARCHITECTURE.md from the imports themselves.
 */
export const LAYERS: readonly Layer[] = [
  { name: 'build: generate, imports', folders: within('build', 'generate', 'imports') },
  {
    name: 'lab: experiments',
    folders: within('lab', 'bench', 'cost', 'drill', 'faults', 'replay', 'scale', 'seeds'),
    areApart: true,
  },
  { name: 'lab: intruder, testbed', folders: within('lab', 'intruder', 'testbed'), areApart: true },
  {
    name: 'lab: drawing, incidents, measuring, simulation',
    folders: within('lab', 'drawing', 'incidents', 'measuring', 'simulation'),
    areApart: true,
  },
  { name: 'bin', folders: ['bin'] },
  { name: 'bin/commands', folders: ['bin/commands'] },
  { name: 'bin/undo', folders: ['bin/undo'] },
  { name: 'bin: deployed, allowance', folders: within('bin', 'deployed', 'allowance'), areApart: true },
  { name: 'bin/local', folders: ['bin/local'] },
  { name: 'bin/screen', folders: ['bin/screen'] },
  { name: 'bin/terminal', folders: ['bin/terminal'] },
  { name: 'lib', folders: ['lib'] },
  { name: 'build: bundle, prices', folders: within('build', 'bundle', 'prices'), areApart: true },
  { name: 'build', folders: ['build'] },
  { name: 'simulated-aws', folders: ['simulated-aws'], standsAlone: true },
  { name: 'simulated-aws/services', folders: ['simulated-aws/services'] },
  { name: 'simulated-aws/wire', folders: ['simulated-aws/wire'] },
  { name: 'simulated-aws/core', folders: ['simulated-aws/core'] },
  { name: 'simulated-aws: host, time', folders: within('simulated-aws', 'host', 'time'), areApart: true },
  { name: 'lambda', folders: ['lambda'] },
  { name: 'lambda/tripwire', folders: ['lambda/tripwire'] },
  { name: 'lambda/engine', folders: ['lambda/engine'] },
  { name: 'lambda/contain', folders: ['lambda/contain'] },
  { name: 'lambda/kinds', folders: ['lambda/kinds'] },
  {
    name: 'shell: journal, notify, sources',
    folders: within('lambda/shell', 'journal', 'notify', 'sources'),
    areApart: true,
  },
  { name: 'shell/calls', folders: ['lambda/shell/calls'] },
  { name: 'shell', folders: ['lambda/shell'] },
  { name: 'core/report', folders: ['lambda/core/report'] },
  { name: 'core: signals, tripwire', folders: within('lambda/core', 'signals', 'tripwire'), areApart: true },
  { name: 'core/verdict', folders: ['lambda/core/verdict'] },
  { name: 'core: policy, prices', folders: within('lambda/core', 'policy', 'prices'), areApart: true },
  { name: 'core', folders: ['lambda/core'] },
];

/** The layer that a file of this package belongs to: the one with the folder that fits most closely. */
export function layerOf(file: string, layers: readonly Layer[] = LAYERS): Layer | undefined {
  const fitting = layers.flatMap((layer) =>
    layer.folders.filter((folder) => file.startsWith(`${folder}/`)).map((folder) => ({ layer, folder })),
  );
  return fitting.sort((a, b) => b.folder.length - a.folder.length)[0]?.layer;
}
