/**
 * Load it with `--import`, or import it in a test's setup: from then on this process can reach only this machine.
 * Any other connection throws, and is named on stderr too, since an SDK may swallow the error and try something else.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const LOOPBACK =
  /^(localhost|.+\.localhost|ip6-localhost|127(\.\d+){3}|::1|::ffff:127(\.\d+){3}|0\.0\.0\.0|::)$/i;

function refuseUnlessLoopback(host) {
  if (host === undefined || host === null || LOOPBACK.test(host)) return;
  const error = new Error(`a call would have left this machine: ${host}`);
  error.name = 'LoopbackOnly';
  error.code = 'ELOOPBACKONLY';
  process.stderr.write(`${error.message}\n`);
  throw error;
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connectOnLoopback(...args) {
  // net.connect() passes its normalized arguments on as one array.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) {
    if (!first.path) refuseUnlessLoopback(first.host);
  } else if (typeof second === 'string') refuseUnlessLoopback(second);
  return connect.apply(this, args);
};

const guarded = (lookUp) =>
  function lookUpOnLoopback(host, ...rest) {
    refuseUnlessLoopback(host);
    return lookUp.call(this, host, ...rest);
  };
for (const resolver of [dns, dns.promises])
  for (const name of Object.keys(resolver))
    if (/^(lookup|resolve([A-Z]\w*)?)$/.test(name)) resolver[name] = guarded(resolver[name]);
syncBuiltinESMExports();
