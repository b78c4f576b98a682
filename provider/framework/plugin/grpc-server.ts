import {
  createSecureServer,
  createServer,
  type Http2Server,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2';
import type { Socket } from 'node:net';
import { answer, fail } from './call';
import { Connection } from './connection';
import type { Logger } from './logger';
import type { CallContext, Method } from './method';
import { Status } from './status';

export interface GrpcServerOptions {
  readonly methods: ReadonlyMap<string, Method>;
  /** Methods of the plugin host. StopProvider does not stop them. */
  readonly hostMethods: ReadonlyMap<string, Method>;
  /** Absent: HTTP/2 without TLS. */
  readonly tls?: MutualTls | undefined;
  readonly log: Logger;
  /** Largest message in either direction. */
  readonly maxMessageBytes?: number;
}

export interface MutualTls {
  readonly keyPem: string;
  readonly certificatePem: string;
  /** The one certificate that a client must show. */
  readonly clientCertificatePem: string;
}

/** Terraform itself takes 2 GiB; Go providers settle for this, so that one message cannot take the machine's memory. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Far above Terraform's parallelism, which is ten calls unless the user asks for more. Clients queue what is over it. */
const MAX_CONCURRENT_CALLS = 1000;

const SETTINGS: Settings = {
  enablePush: false,
  maxConcurrentStreams: MAX_CONCURRENT_CALLS,
  // Only the streams' window is raised: Bun (1.4.5) hangs on messages of some MiB after setLocalWindowSize on the session.
  initialWindowSize: 1024 * 1024,
};

/** MB that one connection may hold before Node refuses its next call; its default of 10 is less than two large states. */
const MAX_SESSION_MEMORY = 2048;

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** An HTTP/2 server that answers gRPC calls, and the way to end it. */
export interface GrpcServer {
  readonly http2: Http2Server;
  /** Refuses new connections, aborts what is in flight, closes every connection. */
  close(): Promise<void>;
}

export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  const { log } = options;
  const server = http2Server(options.tls);
  const sessions = new Map<Http2Session, Connection>();
  const sockets = new Set<Socket>();
  // Also those that never became a session: someone who connects and says nothing must not keep the plugin from ending.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  server.on('session', (session: ServerHttp2Session) => {
    const connection = new Connection();
    sessions.set(session, connection);
    log.trace('connection opened');
    session.on('close', () => {
      sessions.delete(session);
      connection.abort(new Error('the connection was closed'));
      log.trace('connection closed');
    });
    session.on('error', (error: Error) => log.debug('connection failed', () => ({ error: error.message })));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', (error: Error) => log.debug('call failed', () => ({ error: error.message })));
    const session = stream.session;
    const connection = session && sessions.get(session);
    if (connection) serve(stream, headers, connection, options);
    else stream.destroy();
  });
  // Without listeners Node would throw, or keep the socket of a stranger open.
  server.on('error', (error: Error) => log.warn('server failed', () => ({ error: error.message })));
  server.on('sessionError', (error: Error) => log.debug('connection failed', () => ({ error: error.message })));
  server.on('tlsClientError', (error: Error) => log.warn('a client was refused', () => ({ error: error.message })));
  server.on('unknownProtocol', (socket: Socket) => socket.destroy());
  return { http2: server, close: () => close(server, sessions, sockets) };
}

function http2Server(tls: MutualTls | undefined): Http2Server {
  const common = { settings: SETTINGS, maxSessionMemory: MAX_SESSION_MEMORY };
  if (tls === undefined) return createServer(common);
  return createSecureServer({
    ...common,
    key: tls.keyPem,
    cert: tls.certificatePem,
    ca: tls.clientCertificatePem,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
}

function serve(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  connection: Connection,
  options: GrpcServerOptions,
): void {
  if (headers[':method'] !== 'POST' || !headers['content-type']?.startsWith('application/grpc')) {
    stream.respond({ ':status': headers[':method'] === 'POST' ? 415 : 405 }, { endStream: true });
    return;
  }
  const path = headers[':path'] ?? '';
  const own = options.methods.get(path);
  const method = own ?? options.hostMethods.get(path);
  if (method === undefined) {
    stream.resume();
    fail(stream, Status.unimplemented, `${path} is not implemented by this plugin.`);
    return;
  }
  const call = new AbortController();
  if (own !== undefined) connection.begin(call);
  stream.once('close', () => {
    connection.end(call);
    call.abort(new Error('the client gave the call up'));
  });
  void answer(
    stream,
    method,
    contextOf(path, call, connection, options.log),
    options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
  );
}

let calls = 0;

function contextOf(path: string, call: AbortController, connection: Connection, log: Logger): CallContext {
  return {
    signal: call.signal,
    connection,
    log: log.enabled('error')
      ? log.with({ tf_rpc: path.slice(path.lastIndexOf('/') + 1), tf_req_id: String(++calls) })
      : log,
    stop: () => connection.abort(new Error('the user asked to stop'), call),
  };
}

async function close(
  server: Http2Server,
  sessions: ReadonlyMap<Http2Session, Connection>,
  sockets: ReadonlySet<Socket>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const [session, connection] of sessions) {
    connection.abort(new Error('the plugin is stopping'));
    session.destroy();
  }
  for (const socket of sockets) socket.destroy();
  await closed;
}
