import type { Plugin } from 'esbuild';

interface UnusedPart {
  /** The end of its path in the AWS SDK. */
  readonly module: string;
  /** The class that it exports. */
  readonly exported: string;
  /** Why nothing here comes to it. */
  readonly because: string;
}

/** Parts that each client of the SDK imports, and that no operation called here uses. */
export const UNUSED: readonly UnusedPart[] = [
  {
    module: 'event-streams/eventstream-serde-universal/EventStreamMarshaller.js',
    exported: 'EventStreamMarshaller',
    because: 'no operation that is called here streams events',
  },
  {
    module: 'retry/util-retry/DefaultRateLimiter.js',
    exported: 'DefaultRateLimiter',
    because: 'every client has a retry strategy of its own (shell/retry.ts)',
  },
  ...['sha1/Sha1Js', 'sha256/Sha256Js', 'md5/Md5Js'].map((path) => ({
    module: `${path}.js`,
    exported: path.split('/')[1] ?? '',
    because: 'Node.js computes checksums by itself, and this is for one that is built without OpenSSL',
  })),
];

/**
 * Leaves those parts out of the bundle: whoever comes to one all the same gets an error that says so.
 */
export function withoutUnusedParts(): Plugin {
  return {
    name: 'without-unused-parts',
    setup(build) {
      for (const part of UNUSED) {
        const filter = new RegExp(`[\\\\/]${part.module.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`);
        build.onLoad({ filter }, () => ({ contents: standIn(part), loader: 'js' }));
      }
    },
  };
}

/** Made without complaint, since clients make one each; used, it throws. */
const standIn = ({ exported, because }: UnusedPart): string =>
  `const absent = () => { throw new Error(${JSON.stringify(`${exported} is not part of this bundle: ${because}`)}); };
  export class ${exported} { constructor() { return new Proxy(this, { get: () => absent }); } }
  export const eventStreamSerdeProvider = () => new ${exported}();`;
