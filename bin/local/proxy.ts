import { InputError } from '../../lambda/core/settings.ts';

/** A proxy, and the variable that names it. */
export interface ProxyAddress {
  readonly url: URL;
  readonly variable: string;
}

/** Through which proxies the calls of a command go. */
export interface Proxies {
  /** For `https:` addresses, which all of AWS's are. */
  readonly https?: ProxyAddress;
  /** For `http:` addresses: an emulator's. */
  readonly http?: ProxyAddress;
  /** Hosts, and the ends of their names, to which calls go straight; `*` means all. */
  readonly direct: readonly string[];
}

/**
 * Reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY as the AWS CLI does: the name in lower case wins, an empty one means none, and
 * an address without a scheme is an `http:` one. Sources: AWS CLI user guide, "Using an HTTP proxy for the AWS CLI";
 * botocore, httpsession.py (`ProxyConfiguration`); Python, urllib.request (`getproxies_environment`).
 * @returns undefined where none is set.
 * @throws InputError for an address that is none. It never holds the address, which may carry a password.
 */
export function proxiesOf(env: NodeJS.ProcessEnv): Proxies | undefined {
  const https = proxyOf(env, 'HTTPS_PROXY');
  const http = proxyOf(env, 'HTTP_PROXY');
  if (!https && !http) return undefined;
  const { value = '' } = read(env, 'NO_PROXY') ?? {};
  const direct = value
    .split(',')
    .map((name) => name.trim().replace(/^\.+/, '').toLowerCase())
    .filter((name) => name !== '');
  return { ...(https ? { https } : {}), ...(http ? { http } : {}), direct };
}

/** The proxy of a call. @returns undefined where it goes straight to its host. */
export function proxyFor(
  proxies: Proxies,
  {
    protocol,
    hostname,
    port,
  }: { readonly protocol: string; readonly hostname: string; readonly port?: number },
): ProxyAddress | undefined {
  const host = hostname.toLowerCase();
  const names = port === undefined ? [host] : [host, `${host}:${port}`];
  const isDirect = proxies.direct.some(
    (end) => end === '*' || names.some((name) => name === end || name.endsWith(`.${end}`)),
  );
  if (isDirect) return undefined;
  return protocol === 'https:' ? proxies.https : proxies.http;
}

/** Without its name and password. */
export const placeOf = ({ url, variable }: ProxyAddress): string => `${url.host} (${variable})`;

function read(env: NodeJS.ProcessEnv, name: string) {
  const lower = env[name.toLowerCase()];
  if (lower !== undefined) return { value: lower.trim(), variable: name.toLowerCase() };
  const upper = env[name];
  return upper === undefined ? undefined : { value: upper.trim(), variable: name };
}

function proxyOf(env: NodeJS.ProcessEnv, name: string): ProxyAddress | undefined {
  const { value = '', variable = name } = read(env, name) ?? {};
  if (value === '') return undefined;
  const refused = (why: string) =>
    new InputError([`${variable}: ${why}: expected e.g. http://proxy.example.com:3128`]);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase() ?? 'http';
  if (scheme !== 'http' && scheme !== 'https') throw refused(`${scheme} proxies are not supported`);
  const address = /^https?:\/\//i.test(value) ? value : `http://${value.replace(/^\/\//, '')}`;
  try {
    const url = new URL(address);
    for (const part of [url.username, url.password]) decodeURIComponent(part);
    return { url, variable };
  } catch {
    throw refused(
      'it is not the address of a proxy, or its password holds a sign that must be written as %XX',
    );
  }
}
