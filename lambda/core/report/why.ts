import { isDenial } from '../model.ts';

/** Why something could not be seen or done, as far as a person can do something about it. */
export type Why = 'permission' | 'network' | 'proxy' | 'certificate' | 'foreign' | 'clock' | 'time';

/** Codes of Node.js and of the system for a connection that was not made, or broke. Source: Node.js, "Errors". */
const NETWORK =
  /^(ENOTFOUND|EAI_[A-Z]+|ECONN[A-Z]+|E(HOST|NET)[A-Z]+|ETIMEDOUT|EPIPE|EADDRNOTAVAIL|UND_ERR_SOCKET)$/;
/** Source: Node.js, "TLS", "X509 certificate error codes"; `ERR_TLS_…` and `ERR_SSL_…`: Node.js, "Errors". */
const CERTIFICATE =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|UNABLE_TO_|CERT_|CRL_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)$|PATH_LENGTH_|ERROR_IN_C)/;
/** A request that AWS finds too old or too new. Source: Common error codes of EC2, error responses of S3. */
const CLOCK = /^(RequestExpired|RequestTimeTooSkewed|RequestInTheFuture)$/;

/** The cause behind an error's code; undefined where its text says all that there is to say. */
export function whyOf(code: string): Why | undefined {
  if (isDenial(code)) return 'permission';
  if (NETWORK.test(code)) return 'network';
  if (CERTIFICATE.test(code)) return 'certificate';
  if (CLOCK.test(code)) return 'clock';
  if (code === 'ProxyError') return 'proxy';
  if (code === 'UnknownAnswer') return 'foreign';
  return code === 'TimeoutError' || code === 'AbortError' ? 'time' : undefined;
}

/** In a few words, for a line of progress. */
export const WHY: Readonly<Record<Why, string>> = {
  permission: 'missing permission',
  network: 'no network',
  certificate: 'a certificate that is not trusted',
  proxy: 'the proxy refuses',
  foreign: 'somebody else than AWS answered',
  clock: 'a wrong clock',
  time: 'no answer in time',
};
