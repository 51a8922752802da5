import type { Plugin } from 'esbuild';

/** Every provider of the SDK's default chain but the one that reads the environment. */
const OTHER_PROVIDER = /^@(?:aws-sdk|smithy)\/credential-provider-(?!env$|node$)/;
const ABSENT = 'absent-credential-provider';
/** What the chain takes from them. */
const TAKEN = [
  'fromContainerMetadata',
  'fromHttp',
  'fromIni',
  'fromInstanceMetadata',
  'fromProcess',
  'fromSSO',
  'fromTokenFile',
];

/**
 * The function signs with its role's own keys, which Lambda puts into its environment, and with nothing else (Lambda
 * Developer Guide, Defined runtime environment variables): providers that read files, start processes or ask addresses
 * are not part of its bundle. Without them it is loaded in fewer pieces.
 */
export function environmentCredentialsOnly(): Plugin {
  return {
    name: 'environment-credentials-only',
    setup(build) {
      build.onResolve({ filter: /^@(aws-sdk|smithy)\/credential-provider-/ }, ({ path }) =>
        OTHER_PROVIDER.test(path) ? { path, namespace: ABSENT } : undefined,
      );
      build.onLoad({ filter: /./, namespace: ABSENT }, ({ path }) => ({ contents: standIn(path) }));
    },
  };
}

/** It loads without complaint; whoever asks it for credentials gets an error that says where they must be. */
const standIn = (path: string): string =>
  `const absent = () => {
    const message = 'the environment holds no credentials, and ${path} is not part of the function';
    throw Object.assign(new Error(message), { name: 'CredentialsProviderError' });
  };
  ${TAKEN.map((name) => `export const ${name} = absent;`).join(' ')}`;
