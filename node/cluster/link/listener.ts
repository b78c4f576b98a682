import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { X509Certificate } from 'node:crypto';
import type { Credentials } from './credentials';
import { ALPN_HTTP, ALPN_LINK, tlsOptions, verified } from './tls-options';
import type { Address, Limits } from './types';

/** A caller that is still unknown: closed when it takes too long, or when too many others came after it. */
export interface Stranger {
  /** It has said who it is, and is welcome. */
  known(): void;
}

export interface ListenerOptions {
  credentials: Credentials;
  limits: Limits;
  onAccept: () => void;
  onLink: (socket: TLSSocket, certificate: X509Certificate, stranger: Stranger) => void;
  onHttp: (socket: TLSSocket, certificate: X509Certificate, stranger: Stranger) => void;
  onBadCertificate: (host: string, refused: { code: string; issuer: string } | null) => void;
  /** What came is no TLS 1.3, or no protocol of ours. */
  onGarbage: (host: string, detail: string) => void;
  /** Closed before it said who it is: too slow, or one of too many. */
  onShed: (why: 'slow' | 'too-many') => void;
  onListening: (address: Address) => void;
  onFailure: (address: Address, error: NodeJS.ErrnoException) => void;
}

/** The listening side of the link. */
export interface Listener {
  /** Listens there from now on, instead of where it did; resolves after the first attempt and goes on trying. */
  listen(address: Address): Promise<void>;
  listening(): Address | null;
  setCredentials(credentials: Credentials): void;
  close(): Promise<void>;
}

/** Errors of a handshake that only mean that the caller went away. */
const WENT_AWAY = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_TLS_HANDSHAKE_TIMEOUT']);

export function createListener(o: ListenerOptions): Listener {
  let server: Server | null = null;
  let bound: Address | null = null;
  let credentials = o.credentials;
  let again: NodeJS.Timeout | null = null;
  /** Counts calls of `listen`: an attempt of an earlier one has no say. */
  let turn = 0;
  const strangers = new Map<string, { raw: Socket; timer: NodeJS.Timeout }>();

  const open = (): Server => {
    const made = createServer({
      ...tlsOptions(credentials),
      requestCert: true,
      rejectUnauthorized: false, // `verified` decides, and can say why
      ALPNProtocols: [ALPN_LINK, ALPN_HTTP],
      handshakeTimeout: o.limits.handshakeMs,
      noDelay: true,
    });
    made.on('connection', (raw: Socket) => {
      o.onAccept();
      admit(raw);
    });
    made.on('secureConnection', welcome);
    made.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      const code = error.code ?? error.message;
      if (!WENT_AWAY.has(code)) o.onGarbage(hostOf(socket), code);
      socket.destroy();
    });
    return made;
  };

  const admit = (raw: Socket) => {
    const id = idOf(raw);
    const [oldest] = strangers.values();
    if (oldest !== undefined && strangers.size >= o.limits.unauthenticated) {
      o.onShed('too-many');
      oldest.raw.destroy();
    }
    const timer = setTimeout(() => {
      o.onShed('slow');
      raw.destroy();
    }, o.limits.handshakeMs);
    strangers.set(id, { raw, timer });
    raw.once('close', () => forget(id, raw));
  };
  const forget = (id: string, raw: Socket) => {
    const stranger = strangers.get(id);
    if (stranger?.raw !== raw) return;
    clearTimeout(stranger.timer);
    strangers.delete(id);
  };

  const welcome = (socket: TLSSocket) => {
    socket.on('error', () => undefined); // its end is all that matters, and `close` tells
    const host = hostOf(socket);
    const outcome = verified(socket);
    if ('refused' in outcome) {
      o.onBadCertificate(host, outcome.refused);
      socket.destroy();
      return;
    }
    const id = idOf(socket);
    const raw = strangers.get(id)?.raw;
    if (raw === undefined) return void socket.destroy(); // shed a moment ago
    const stranger = { known: () => forget(id, raw) };
    if (socket.alpnProtocol === ALPN_LINK) o.onLink(socket, outcome.certificate, stranger);
    else if (socket.alpnProtocol === ALPN_HTTP) o.onHttp(socket, outcome.certificate, stranger);
    else {
      o.onGarbage(host, 'no ALPN protocol');
      socket.destroy();
    }
  };

  const shut = (): Promise<void> => {
    const old = server;
    server = null;
    bound = null;
    if (again !== null) clearTimeout(again);
    again = null;
    if (old === null) return Promise.resolve();
    // Connections go on: only the door is closed. `close` calls back when they have ended, so it is not waited for.
    old.close();
    return new Promise((resolve) => setImmediate(resolve));
  };

  const attempt = (address: Address, mine: number): Promise<void> =>
    new Promise((resolve) => {
      const made = open();
      made.once('error', (error: NodeJS.ErrnoException) => {
        if (mine === turn) {
          again = setTimeout(() => void attempt(address, mine), o.limits.listenAgainMs);
          again.unref();
          o.onFailure(address, error);
        }
        resolve();
      });
      made.listen({ host: address.host, port: address.port }, () => {
        if (mine !== turn) {
          made.close();
          resolve();
          return;
        }
        made.on('error', (error: NodeJS.ErrnoException) => o.onFailure(address, error));
        server = made;
        bound = { host: address.host, port: (made.address() as AddressInfo).port };
        o.onListening(bound);
        resolve();
      });
    });

  return {
    async listen(address) {
      const mine = ++turn;
      await shut();
      if (mine === turn) await attempt(address, mine);
    },
    listening: () => bound,
    setCredentials(next) {
      credentials = next;
      server?.setSecureContext(tlsOptions(next));
    },
    async close() {
      turn++;
      for (const { raw } of [...strangers.values()]) raw.destroy();
      await shut();
    },
  };
}

const hostOf = (socket: Socket): string => (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
const idOf = (socket: Socket): string => `${socket.remoteAddress ?? ''} ${socket.remotePort ?? 0}`;
