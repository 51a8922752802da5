import { existsSync, readFileSync } from 'node:fs';
import { inPackage } from '../package.ts';

/** Where each file of the kind template goes, from the package's root. */
const PLACES: readonly (readonly [template: string, place: (name: string) => string])[] = [
  ['index.ts', (name) => `lambda/kinds/${name}/index.ts`],
  ['facts.ts', (name) => `lambda/kinds/${name}/facts.ts`],
  ['run.ts', (name) => `lambda/kinds/${name}/run.ts`],
  ['restore.ts', (name) => `lambda/kinds/${name}/restore.ts`],
  ['contract-test.ts', (name) => `test/kinds/${name}.test.ts`],
];

/** Why no kind can be begun under this name, and what to do instead; undefined when one can. */
export function nameProblem(name: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(name))
    return `'${name}' is no name of a kind: write <service>-<thing> in small letters, digits and hyphens, e.g. acme-widget`;
  const taken = [`lambda/kinds/${name}`, `test/kinds/${name}.test.ts`].find((path) =>
    existsSync(inPackage(path)),
  );
  return taken && `${taken} is there already: choose another name, or remove it first`;
}

/** The files of a kind that is still to be written, by path from the package's root. */
export function kindFiles(name: string): ReadonlyMap<string, string> {
  const read = (template: string) =>
    readFileSync(inPackage('build', 'generate', 'kind-template', template), 'utf8');
  return new Map(PLACES.map(([template, place]) => [place(name), named(name, read(template))]));
}

/** The template compiles where it is, as the kind `acme-widget`; here it gets its own name and its new place. */
function named(name: string, template: string): string {
  const [service = '', ...thing] = name.split('-');
  const exported = name.replace(/-(.)/g, (_, first: string) => first.toUpperCase());
  return template
    .replaceAll("'../../../lambda/kinds/", "'../")
    .replaceAll("'../../../lambda/", "'../../")
    .replaceAll("'../../../test/kinds/", "'./")
    .replaceAll('AcmeWidget', `${exported.charAt(0).toUpperCase()}${exported.slice(1)}`)
    .replaceAll('acmeWidget', exported)
    .replaceAll('acme-widget', name)
    .replaceAll('acme widget', name.replaceAll('-', ' '))
    .replaceAll('acme', service)
    .replaceAll('widget', thing.join('-'));
}
