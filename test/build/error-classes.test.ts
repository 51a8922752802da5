import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { compacted } from '../../build/bundle/error-classes.ts';
import { inPackage } from '../../build/package.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';

type ErrorClass = new (options: object) => Error;

const clients = Object.keys(
  (JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as { dependencies: object }).dependencies,
).filter((name) => name.startsWith('@aws-sdk/client-'));

const moduleOf = (client: string) => {
  const root = dirname(createRequire(import.meta.url).resolve(`${client}/package.json`));
  return join(root, 'dist-es', 'models', 'errors.js');
};

it.each(clients.filter((client) => existsSync(moduleOf(client))))(
  'the error classes of %s are the same when they are compact',
  async (client) => {
    const path = moduleOf(client);
    const code = readFileSync(path, 'utf8');
    const { path: folder } = temporaryFolder('killswitch-errors-');
    const load = async (name: string, text: string) => {
      const file = join(folder, name);
      const base = pathToFileURL(path).href;
      writeFileSync(
        file,
        text.replace(/from "(\.[^"]+)"/, (_all, to) => `from "${new URL(`${to}.js`, base).href}"`),
      );
      return (await import(pathToFileURL(file).href)) as Record<string, ErrorClass>;
    };
    const [theirs, ours] = [await load('theirs.mjs', code), await load('ours.mjs', compacted(code, path))];
    expect(new Set(Object.keys(ours))).toEqual(new Set(Object.keys(theirs)));
    const answer = { message: 'm', $metadata: { requestId: 'r' }, Message: 'M', Reason: 'R', name: 'Other' };
    for (const [name, Theirs] of Object.entries(theirs)) {
      const [one, other] = [new Theirs(answer), new (ours[name] as ErrorClass)(answer)];
      expect({ ...other, text: String(other) }).toEqual({ ...one, text: String(one) });
      expect(other).toBeInstanceOf(ours[name]);
      expect(other).toBeInstanceOf(Object.getPrototypeOf(Theirs));
    }
  },
);

it('an error class that is written in another way is refused, and not lost', () => {
  const odd = 'export class Odd extends __BaseException { name = "Odd"; }';
  expect(() => compacted(odd, 'errors.js')).toThrow('errors.js: an error class is not as the SDK wrote all');
});
