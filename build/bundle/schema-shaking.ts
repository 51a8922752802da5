import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const SCHEMA_MODULE = /[\\/]@aws-sdk[\\/].*[\\/]schemas_\d+\.js$/;
/**
 * Only called after the first stop, and the largest schema that anything here reads: its command gets a copy of the
 * module of schemas. esbuild never splits a module between chunks, so this one's would be loaded with the engine.
 */
const CALLED_LATER = /[\\/]client-ec2[\\/].*[\\/]commands[\\/]DescribeInstanceTypesCommand\.js$/;
const CONSTANT = /^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm;
const COMPUTED_KEY = /\[(_\w+)\]:/g;

/**
 * Lets esbuild drop the AWS SDK's unused schemas. They are object literals with computed keys (`[_xN]: …`), and
 * a computed key may call toString(), so esbuild must keep every one of them; a literal key may go.
 */
export function shakeSchemas(): Plugin {
  return {
    name: 'shake-aws-sdk-schemas',
    setup(build) {
      let seen = 0;
      build.onStart(() => {
        seen = 0;
      });
      build.onResolve({ filter: /\/schemas_\d+$/ }, ({ path, importer, resolveDir }) =>
        CALLED_LATER.test(importer)
          ? { path: `${join(resolveDir, path)}.js`, suffix: '?called-later', sideEffects: false }
          : undefined,
      );
      build.onLoad({ filter: SCHEMA_MODULE }, async ({ path }) => {
        seen += 1;
        return { contents: withLiteralKeys(await readFile(path, 'utf8'), path), loader: 'js' };
      });
      build.onEnd(() => {
        if (seen > 0) return;
        throw new Error(`no AWS SDK schema module matched ${SCHEMA_MODULE}: the SDK's layout has changed`);
      });
    },
  };
}

/**
 * Rewrites `[_xN]:` to the string that the module's own `const _xN = "…"` holds.
 * @throws Error when the module does not look like a generated schema module any more.
 */
export function withLiteralKeys(source: string, path: string): string {
  const constants = new Map([...source.matchAll(CONSTANT)].map(([, name, literal]) => [name, literal]));
  let rewritten = 0;
  const result = source.replaceAll(COMPUTED_KEY, (_match, name: string) => {
    const literal = constants.get(name);
    if (literal === undefined) throw new Error(`${path}: the computed key [${name}] has no string constant`);
    // A literal "__proto__" key would set the prototype; a computed one does not.
    if (literal === '"__proto__"')
      throw new Error(`${path}: the computed key [${name}] cannot become a literal`);
    rewritten += 1;
    return `${literal}:`;
  });
  if (rewritten === 0)
    throw new Error(`${path}: no computed key found, so the AWS SDK's schema format has changed`);
  return result;
}
