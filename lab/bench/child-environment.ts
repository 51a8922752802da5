const GUARD = new URL('../../simulated-aws/host/loopback-guard.mjs', import.meta.url).href;

/**
 * The environment of a measured process: no profile, key, config or proxy of whoever runs this, and, for Node, no
 * way off this machine.
 */
export function childEnvironment(
  endpoint: string,
  preload: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    NO_PROXY: 'localhost,127.0.0.1',
    PYTHONDONTWRITEBYTECODE: '1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    NODE_OPTIONS: [GUARD, ...preload].map((module) => `--import=${module}`).join(' '),
    ...more,
  };
}
