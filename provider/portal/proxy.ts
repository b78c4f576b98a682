import * as http from 'node:http';
import * as https from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { WireError } from './wire-error';

/**
 * The proxy for `target` from `HTTPS_PROXY` and `NO_PROXY` (either case), or null. Loopback hosts are never proxied. `NO_PROXY` holds
 * hosts, domains (with or without a leading dot, subdomains included), `host:port`, networks as `10.0.0.0/8` or `*`, separated by commas.
 * @throws WireError when `HTTPS_PROXY` is not a URL with a well-formed user and password.
 */
export function proxyFor(target: URL, environment: Readonly<Record<string, string | undefined>>): URL | null {
  const text = [environment.HTTPS_PROXY, environment.https_proxy].find(isSet) ?? '';
  if (text === '' || target.protocol !== 'https:') return null;
  const host = target.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) return null;
  const port = target.port === '' ? '443' : target.port;
  if (noProxy([environment.NO_PROXY, environment.no_proxy].find(isSet) ?? '', host, port)) return null;
  try {
    const proxy = new URL(text.includes('://') ? text : `http://${text}`);
    credentialsOf(proxy);
    if (proxy.protocol === 'http:' || proxy.protocol === 'https:') return proxy;
  } catch {
    // Told below, without the text: it may hold a password.
  }
  throw new WireError(
    'unreachable',
    false,
    'HTTPS_PROXY',
    'the environment variable HTTPS_PROXY is not an http:// or https:// URL; a % in its user or secret is written %25',
  );
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

/** @throws URIError when a % in them begins no escape. */
const credentialsOf = (proxy: URL): string =>
  `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;

/** Whether `host` is an address in the network `entry`, written `ADDRESS/PREFIX`. */
function isInNetwork(host: string, entry: string): boolean {
  const [, address = '', prefix = ''] = /^\[?([0-9a-f.:]+)\]?\/(\d{1,3})$/.exec(entry) ?? [];
  const family = isIP(address);
  if (family === 0 || family !== isIP(host) || Number(prefix) > (family === 4 ? 32 : 128)) return false;
  const name = family === 4 ? 'ipv4' : 'ipv6';
  const network = new BlockList();
  network.addSubnet(address, Number(prefix), name);
  return network.check(host, name);
}

function noProxy(list: string, host: string, port: string): boolean {
  return list
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*' || isInNetwork(host, entry)) return true;
      const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (wantedPort !== undefined && wantedPort !== port) return false;
      const bare = name.replace(/^\*?\./, '');
      return host === bare || host.endsWith(`.${bare}`);
    });
}

/** An agent whose connections go through `proxy` by CONNECT, with TLS to the target inside. */
export class TunnelAgent extends https.Agent {
  constructor(
    private readonly proxy: URL,
    options: https.AgentOptions,
  ) {
    super(options);
  }

  override createConnection(
    options: http.ClientRequestArgs & tls.ConnectionOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const done = callback as (error: Error | null, stream?: Duplex) => void;
    const authority = `${options.host ?? ''}:${String(options.port ?? 443)}`;
    const proxyName = `the proxy ${this.proxy.host}`;
    const credentials = credentialsOf(this.proxy);
    const connect = (this.proxy.protocol === 'https:' ? https : http).request({
      host: this.proxy.hostname.replace(/^\[|\]$/g, ''),
      port: this.proxy.port === '' ? (this.proxy.protocol === 'https:' ? 443 : 80) : this.proxy.port,
      method: 'CONNECT',
      path: authority,
      agent: false,
      headers: {
        host: authority,
        ...(credentials !== ':' && { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
      },
      timeout: 10_000,
    });
    const failed = (code: string, detail: string): void => {
      connect.destroy();
      done(new WireError('unreachable', false, code, `${proxyName} (HTTPS_PROXY) ${detail}`));
    };
    connect.once('timeout', () => failed('ETIMEDOUT', 'does not answer'));
    connect.once('error', (error: NodeJS.ErrnoException) =>
      failed(error.code ?? 'PROXY', `cannot be used: ${error.message}`),
    );
    connect.once('response', (r) =>
      failed(`HTTP ${String(r.statusCode)}`, `answered CONNECT with status ${String(r.statusCode)}`),
    );
    connect.once('connect', (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        failed(`HTTP ${String(response.statusCode)}`, `answered CONNECT with status ${String(response.statusCode)}`);
        return;
      }
      socket.setTimeout(0);
      done(null, tls.connect({ ...options, socket, servername: options.servername ?? options.host ?? '' }));
    });
    connect.end();
    return undefined;
  }
}
