import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const MODULE = /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]models[\\/]errors\.js$/;

/** A class as the SDK's generator writes each: a name, whose fault it is, and fields that an answer may carry. */
const CLASS = new RegExp(
  [
    String.raw`export class (?<name>\w+) extends __BaseException \{`,
    String.raw`(?:static shapeId = "(?<shapeId>[\w.#]+)";)?`,
    String.raw`name = "\k<name>";`,
    String.raw`\$fault = "(?<fault>client|server)";`,
    String.raw`(?<retryable>\$retryable = \{[^}]*\};)?`,
    String.raw`(?:\w+;\s*)*`,
    String.raw`constructor\(opts\) \{`,
    String.raw`super\(\{\s*name: "\k<name>",\s*\$fault: "\k<fault>",\s*\.\.\.opts,?\s*\}\);`,
    String.raw`Object\.setPrototypeOf\(this, \k<name>\.prototype\);`,
    String.raw`(?<copies>(?:this\.\w+ = opts\.\w+;\s*)*)\}\s*\}`,
  ].join(String.raw`\s*`),
  'g',
);

const MAKER = `const errorClass = (name, $fault, shapeId, fields, more) => {
  const made = class extends __BaseException {
    static shapeId = shapeId;
    constructor(opts) {
      super({ ...opts, name, $fault });
      Object.setPrototypeOf(this, made.prototype);
      Object.assign(this, more);
      for (const field of fields) this[field] = opts[field];
    }
  };
  return made;
};
`;

/**
 * Writes the error classes of a client as calls of one function: a client has dozens, which differ in their names, and all
 * are loaded before the first stop.
 * @throws Error when the SDK's generator writes them in another way, since some would then be lost.
 */
export function compactErrorClasses(): Plugin {
  return {
    name: 'compact-error-classes',
    setup(build) {
      build.onLoad({ filter: MODULE }, async ({ path }) => ({
        contents: compacted(await readFile(path, 'utf8'), path),
        loader: 'js',
      }));
    },
  };
}

/** @param path for the message of the error. */
export function compacted(code: string, path: string): string {
  const rest = code.replaceAll(CLASS, (_all, ...groups) => {
    const { name, fault, shapeId, retryable, copies } = groups.at(-1) as Record<string, string | undefined>;
    const fields = [...(copies ?? '').matchAll(/this\.(\w+) = opts\.\1;/g)].map(([, field]) => field);
    const more = retryable ? `, { ${retryable.replace('=', ':').replace(/;\s*$/, '')} }` : '';
    return `export const ${name} = /* @__PURE__ */ errorClass("${name}", "${fault}", ${JSON.stringify(shapeId)}, ${JSON.stringify(fields)}${more});`;
  });
  if (/\bclass\b/.test(rest))
    throw new Error(`${path}: an error class is not as the SDK wrote all until now`);
  const [imports = ''] = /^(?:import [^\n]*\n)*/.exec(rest) ?? [];
  return imports + MAKER + rest.slice(imports.length);
}
