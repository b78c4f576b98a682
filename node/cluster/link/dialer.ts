import { isIP } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { X509Certificate } from 'node:crypto';
import type { Clock } from '../../reconciler/ports';
import type { Connection, Ending } from './connection';
import type { Credentials } from './credentials';
import { FAREWELL_MS } from './limits';
import { ALPN_LINK, tlsOptions, verified } from './tls-options';
import type { Limits, LinkPeer } from './types';

export interface DialerOptions {
  credentials: Credentials;
  limits: Limits;
  clock: Clock;
  interval: () => number;
  target: () => LinkPeer | null;
  /** There is no good outgoing connection: one is wanted. */
  wanted: () => boolean;
  onDial: () => void;
  /** Makes a connection of a socket whose certificate was verified; its `onEnd` must reach {@link Dialer.ended}. */
  onSecure: (socket: TLSSocket, certificate: X509Certificate, target: LinkPeer) => Connection;
  onUnreachable: (target: LinkPeer, error: NodeJS.ErrnoException) => void;
  onBadCertificate: (target: LinkPeer, refused: { code: string; issuer: string } | null) => void;
}

/** The calling side of the link: one attempt at a time, again and again as long as a connection is wanted. */
export interface Dialer {
  /** Something changed: call now if a connection is wanted and no attempt is under way. */
  poke(): void;
  /** An outgoing connection became ready. */
  ready(connection: Connection): void;
  /** An outgoing connection ended, ready or not. */
  ended(connection: Connection, ending: Ending): void;
  setCredentials(credentials: Credentials): void;
  /** The target or the credentials are others now: what failed before may work. */
  redial(): void;
  close(): void;
}

export function createDialer(o: DialerOptions): Dialer {
  let context: SecureContext = createSecureContext(tlsOptions(o.credentials));
  /** The socket or connection that an answer is awaited from. */
  let attempt: { socket: TLSSocket; connection: Connection | null } | null = null;
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  let closed = false;

  /** The peer may be back any moment: within one interval. One that refused us has not changed its mind so soon. */
  const again = (refused: boolean) => {
    attempt = null;
    const interval = o.interval();
    const doubled = (refused ? interval : interval / 4) * 2 ** Math.min(failures, 10);
    const longest = Math.min(doubled, refused ? o.limits.refusedAgainMs : interval);
    failures++;
    later(longest * (0.5 + o.clock.random() / 2));
  };
  const later = (ms: number) => {
    if (closed) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      start();
    }, ms);
    timer.unref();
  };

  const start = () => {
    if (closed || attempt !== null || timer !== null || !o.wanted()) return;
    const target = o.target();
    if (target === null) return;
    o.onDial();
    const { host, port } = target;
    const socket = connect({
      host,
      port,
      secureContext: context,
      ALPNProtocols: [ALPN_LINK],
      rejectUnauthorized: false, // `verified` decides, and can say why
      checkServerIdentity: () => undefined, // the hello names a member, and the certificate is compared with that
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const mine = { socket, connection: null as Connection | null };
    attempt = mine;
    const timeout = (ms: number) =>
      setTimeout(() => {
        const error: NodeJS.ErrnoException = new Error(`no answer within ${ms} ms`);
        error.code = 'ETIMEDOUT';
        socket.destroy(error);
      }, ms);
    const slow = timeout(o.limits.handshakeMs);
    let unanswered: NodeJS.Timeout | null = null;
    const countdown = () => (unanswered ??= timeout(o.limits.connectMs));
    if (isIP(host) === 0) socket.once('lookup', countdown);
    else countdown();
    const stop = () => {
      clearTimeout(slow);
      if (unanswered !== null) clearTimeout(unanswered);
    };
    let error: NodeJS.ErrnoException | null = null;
    const failed = (cause: NodeJS.ErrnoException) => (error ??= cause);
    const gone = () => {
      stop();
      if (attempt !== mine || closed) return;
      again(false);
      o.onUnreachable(target, error ?? Object.assign(new Error('closed by the other side'), { code: 'ECONNRESET' }));
    };
    socket.on('error', failed);
    socket.once('close', gone);
    socket.once('connect', () => {
      if (unanswered !== null) clearTimeout(unanswered);
    });
    socket.once('secureConnect', () => {
      stop();
      socket.off('close', gone);
      const outcome = verified(socket);
      if ('refused' in outcome) {
        // Ended, not destroyed: our certificate is still on its way, and the other side can tell its person from it.
        socket.end();
        socket.resume();
        setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
        again(true);
        o.onBadCertificate(target, outcome.refused);
        return;
      }
      if (socket.alpnProtocol !== ALPN_LINK) {
        socket.destroy();
        again(true);
        o.onUnreachable(target, Object.assign(new Error('another protocol'), { code: 'ERR_SSL_NO_ALPN' }));
        return;
      }
      mine.connection = o.onSecure(socket, outcome.certificate, target);
    });
  };

  return {
    poke: start,
    ready(connection) {
      if (attempt?.connection === connection) attempt = null;
      failures = 0;
    },
    ended(connection, ending) {
      const tried = attempt?.connection === connection;
      if (!tried && o.clock.now() - connection.since < o.interval()) {
        // It had just become ready: what ends it so soon may do so again.
        later(o.interval() * (0.5 + o.clock.random() / 2));
        return;
      }
      if (!tried) start();
      else again(ending.why !== 'closed');
    },
    setCredentials(credentials) {
      context = createSecureContext(tlsOptions(credentials));
    },
    redial() {
      failures = 0;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      start();
    },
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      attempt?.socket.destroy();
    },
  };
}
