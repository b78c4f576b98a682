import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { createAdaptorServer, getRequestListener } from '@hono/node-server';
import type { createApp } from './app';

/** Where to listen. Without `tls` it is plain HTTP: the caller has made sure of a loopback host. */
export interface ListenOptions {
  host: string;
  port: number;
  tls: { cert: Buffer; key: Buffer } | null;
  /** In place of the limits below, for tests. */
  limits?: Partial<typeof LIMITS>;
}

/** A serving API. */
export interface Listener {
  /** `https://127.0.0.1:8443`; a wildcard host is named as it was given. */
  url: string;
  /** Stops accepting, lets running requests end for at most `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** A client gets this long for its headers, and for its whole request: slow senders hold no connection. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: 10_000,
  maxHeaderSize: 16_384,
};
const MAX_CONNECTIONS = 512;
const SWEEP_MS = 20;

/** Serves the app. Rejects with a sentence when the address cannot be had. */
export async function listen(
  app: Pick<ReturnType<typeof createApp>, 'fetch'>,
  options: ListenOptions,
): Promise<Listener> {
  const { host, port, tls } = options;
  const limits = { ...LIMITS, ...options.limits };
  const server = createAdaptorServer({
    fetch: app.fetch,
    ...(tls === null
      ? { createServer: createHttp, serverOptions: limits }
      : {
          createServer: createHttps,
          serverOptions: { ...limits, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 },
        }),
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? 'something else listens there; choose another listen.port' : cause.message;
      reject(new Error(`cannot listen on ${host}:${port}: ${why}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const chosen = (server.address() as AddressInfo).port;
  return {
    url: `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${chosen}`,
    close: (graceMs) => closeServer(server, graceMs),
  };
}

/** Serves the app on a socket that is already listening, to local administrators: no token is asked for. */
export function serveLocally(app: ReturnType<typeof createApp>, server: Server): Pick<Listener, 'close'> {
  const handle = getRequestListener((request, env) => app.fetch(request, { ...env, local: true }));
  server.on('request', (request, response) => void handle(request, response));
  return { close: (graceMs) => closeServer(server, graceMs) };
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection that was answered meanwhile would stay open for its next request.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** The certificate and key that `listen.tls` of node.yaml names. Rejects with a sentence that names the field. */
export async function readTls(
  tls: { cert_file: string; key_file: string } | undefined,
): Promise<{ cert: Buffer; key: Buffer } | null> {
  if (tls === undefined) return null;
  const read = (field: string, path: string) =>
    readFile(path).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`cannot read listen.tls.${field} (${why}); tg-node init makes a certificate`, { cause });
    });
  return { cert: await read('cert_file', tls.cert_file), key: await read('key_file', tls.key_file) };
}
