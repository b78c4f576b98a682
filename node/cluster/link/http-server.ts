import type { X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import { type Credentials, speaksFor } from './credentials';
import type { Member } from './types';

/** How a member names itself in an HTTP request: `UID FQDN`. Its certificate must speak for both. */
export const MEMBER_HEADER = 'tg-member';

/** Longer than the longest wait of the config API (a minute) without a byte either way. */
const IDLE_MS = 90_000;
const MAX_HEADER_BYTES = 16_384;
/** Connections of verified members at a time. */
const MAX_CONNECTIONS = 64;

export interface HttpServerOptions {
  form: () => Credentials['form'];
  admits: (member: Member) => boolean;
  serve: (request: Request, from: Member) => Response | Promise<Response>;
  onRefused: (host: string, named: string) => void;
}

/** Answers HTTP on sockets whose certificate was verified; requests of other nodes than members get a 403. */
export interface HttpServer {
  take(socket: TLSSocket, certificate: X509Certificate): void;
  close(): void;
}

export function createHttpServer(o: HttpServerOptions): HttpServer {
  const certificates = new WeakMap<object, X509Certificate>();
  const sockets = new Set<TLSSocket>();

  const memberOf = (socket: object, named: string | undefined): Member | null => {
    const certificate = certificates.get(socket);
    const [uid, fqdn, ...rest] = (named ?? '').split(' ');
    if (certificate === undefined || uid === undefined || fqdn === undefined || rest.length > 0) return null;
    const member = { uid, fqdn };
    return speaksFor(o.form(), certificate, member) && o.admits(member) ? member : null;
  };

  const server: Server = createServer({ maxHeaderSize: MAX_HEADER_BYTES });
  server.timeout = IDLE_MS;
  server.on('request', (request, response) => {
    const header = request.headers[MEMBER_HEADER];
    const named = typeof header === 'string' ? header : undefined;
    const member = memberOf(request.socket, named);
    if (member === null) {
      o.onRefused(request.socket.remoteAddress ?? 'unknown', named ?? 'nobody');
      response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
      response.end(
        JSON.stringify({ message: `${named ?? 'a caller without a name'} is not a member of this cluster` }),
      );
      return;
    }
    void getRequestListener((asked) => o.serve(asked, member))(request, response);
  });

  return {
    take(socket, certificate) {
      if (sockets.size >= MAX_CONNECTIONS) return void socket.destroy();
      certificates.set(socket, certificate);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      server.emit('connection', socket);
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
