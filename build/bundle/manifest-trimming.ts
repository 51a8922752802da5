import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const SDK_MANIFEST = /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/;

/**
 * Each AWS SDK client imports its whole package.json for the version in its User-Agent: about 2.5 KB a client.
 * Only that version goes into the bundle.
 * @throws Error when a manifest has none.
 */
export function trimManifests(): Plugin {
  return {
    name: 'trim-aws-sdk-manifests',
    setup(build) {
      build.onLoad({ filter: SDK_MANIFEST }, async ({ path }) => {
        const { version } = JSON.parse(await readFile(path, 'utf8')) as { version?: string };
        if (!version) throw new Error(`${path} names no version`);
        return { contents: JSON.stringify({ version }), loader: 'json' };
      });
    },
  };
}
