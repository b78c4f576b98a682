import { randomUUID, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type Message, MESSAGE_VERSION } from '../message';
import { Connection, type Counting, type Ending } from './connection';
import { speaksFor } from './credentials';
import { createDialer } from './dialer';
import { encodeFrame, FrameError } from './frame';
import type { Hello, RefusalCode } from './hello';
import { requestPeer } from './http-client';
import { createHttpServer } from './http-server';
import { LIMITS } from './limits';
import { createListener, type Stranger } from './listener';
import { createProblemList } from './problem-list';
import {
  at,
  badCertificate,
  badFrames,
  cannotListen,
  cannotReach,
  notThePeer,
  refusedBy,
  refusing,
  type Said,
  tooLargeToSend,
} from './sentences';
import { type Link, type LinkOptions, type LinkPeer, type PeerIdentity, PeerUnreachable } from './types';

const WILDCARDS = new Set(['0.0.0.0', '::', '']);
/** A process of the peer that was replaced by a newer one is known again when it comes back: then there are two. */
const BOOTS_KEPT = 16;

/**
 * Opens the link to the peer: listens, calls, and keeps doing both. Resolves after the first attempt to listen,
 * whatever came of it: what is wrong is in `problems()`, and nothing that the other side does ends the link.
 */
export async function createLink(options: LinkOptions): Promise<Link> {
  const { self, cluster, clock, log } = options;
  const limits = { ...LIMITS, ...options.limits };
  const boot = randomUUID();
  let { listen, credentials } = options;
  let closed = false;
  let known: PeerIdentity | null = null;
  let wasConnected = false;
  let judging: NodeJS.Immediate | null = null;
  const connections = new Set<Connection>();
  const listeners = new Set<(message: Message) => void>();
  const replacedBoots: string[] = [];
  const newest = { boot: '', seq: -1 };
  const refused: Record<string, number> = {};
  const counters: Counting = {
    dialled: 0,
    accepted: 0,
    ready: 0,
    sent: 0,
    received: 0,
    bytesSent: 0,
    bytesReceived: 0,
    dropped: 0,
    refused,
  };
  const problems = createProblemList({
    clock,
    logAgainMs: limits.logAgainMs,
    log,
    onProblem: options.onProblem,
    onProblemGone: options.onProblemGone,
  });
  const us = () => ({ self, cluster, form: credentials.form });
  const count = (code: string) => (refused[code] = (refused[code] ?? 0) + 1);

  /** Something a caller did: shown for a while, and until that caller is welcome. */
  const blame = (said: Said, about?: string) => {
    problems.raise(`caller ${said.code}`, said, {
      lastsMs: limits.problemLastsMs,
      ...(about === undefined ? {} : { about }),
    });
  };
  const calling = (said: Said) => problems.raise('calling', said);

  const inState = (direction?: 'in' | 'out') =>
    [...connections].filter((one) => one.isReady && (direction === undefined || one.direction === direction));
  const staleMs = () => Math.max(limits.staleMs, 3 * options.interval());
  const isFresh = (connection: Connection) => connection.idleMs(clock.now()) < staleMs();

  const hello = (): Hello => {
    const own = listen.advertise ?? (WILDCARDS.has(listen.host) ? undefined : listen.host);
    const port = listener.listening()?.port ?? listen.port;
    return { version: MESSAGE_VERSION, ...self, cluster, boot, port, ...(own === undefined ? {} : { host: own }) };
  };

  /** Where to call: as configured, or else where the peer says that it listens. */
  const target = (): LinkPeer | null => {
    const configured = options.peer();
    if (configured !== null) return configured;
    return known === null || known.port === 0 ? null : { host: known.host, port: known.port, uid: known.uid };
  };
  let calledAt = '';

  const judge = (
    { uid, fqdn, cluster: theirs, boot: theirBoot }: Hello,
    certificate: X509Certificate,
    called: LinkPeer | null,
  ): RefusalCode | null => {
    if (theirs !== cluster) return 'other-cluster';
    if (uid === self.uid) return theirBoot === boot ? 'self' : 'same-uid';
    if (!speaksFor(credentials.form, certificate, { uid, fqdn })) return 'certificate';
    if (called?.uid !== undefined && called.uid !== uid) return 'not-a-member';
    if (!options.admits({ uid, fqdn })) return 'not-a-member';
    const present = inState();
    // Two members make a cluster: a third one is heard only when the second is gone, or not admitted any more.
    if (present.some(({ peer }) => peer !== null && peer.uid !== uid && options.admits(peer))) return 'not-a-member';
    const others = present.filter(({ peer }) => peer?.uid === uid && peer.boot !== theirBoot);
    if (others.length > 0 && replacedBoots.includes(theirBoot)) return 'same-uid';
    return null;
  };

  const takeConnection = (
    socket: TLSSocket,
    certificate: X509Certificate,
    how: { direction: 'in'; host: string; stranger: Stranger } | { direction: 'out'; called: LinkPeer },
  ): Connection => {
    const called = how.direction === 'out' ? how.called : null;
    const remote = how.direction === 'out' ? at(how.called) : how.host;
    const connection = new Connection(socket, {
      direction: how.direction,
      remote,
      hello,
      limits,
      clock,
      counters,
      judge: (said) => judge(said, certificate, called),
      onReady: (one) => {
        if (how.direction === 'in') how.stranger.known();
        else calledAt = remote;
        welcome(one);
      },
      onMessage: receive,
      onEnd: (ending, one) => farewell(ending, one, called),
    });
    connections.add(connection);
    return connection;
  };

  const welcome = (connection: Connection) => {
    const { peer } = connection;
    if (peer === null) return;
    counters.ready++;
    for (const one of inState()) {
      if (one === connection) continue;
      const sameProcess = one.peer?.uid === peer.uid && one.peer.boot === peer.boot;
      if (sameProcess && one.direction !== connection.direction) continue;
      if (!sameProcess && one.peer !== null) {
        replacedBoots.push(one.peer.boot);
        if (replacedBoots.length > BOOTS_KEPT) replacedBoots.shift();
      }
      one.end({ why: 'closed' });
    }
    const seenFrom = (connection.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    known = {
      uid: peer.uid,
      fqdn: peer.fqdn,
      boot: peer.boot,
      host: peer.host ?? seenFrom,
      port: peer.port,
    };
    problems.clearAbout(connection.direction === 'in' ? connection.remote : seenFrom);
    if (connection.direction === 'out') {
      dialer.ready(connection);
      problems.clear('calling');
    }
    log('info', 'link: connected', { direction: connection.direction, remote: connection.remote, peer: peer.fqdn });
    tellConnected();
    options.onPeer?.(known);
    dialer.poke();
  };

  const farewell = (ending: Ending, connection: Connection, called: LinkPeer | null) => {
    connections.delete(connection);
    const { remote, peer } = connection;
    const report = (said: Said) => (called === null ? blame(said, remote) : calling(said));
    switch (ending.why) {
      case 'closed':
        if (peer === null && called !== null && !closed) {
          calling(cannotReach(called, ending.error ?? resetError(), inState().length > 0));
        }
        break;
      case 'silent':
        if (peer === null) count('silent');
        if (peer === null && called !== null) calling(cannotReach(called, timeoutError(), inState().length > 0));
        break;
      case 'we-refused': {
        count(ending.code);
        const { hello: theirs } = ending;
        const other = called?.uid !== undefined && 'uid' in theirs && theirs.uid !== called.uid;
        const wrongPeer = ending.code === 'not-a-member' && other && called.uid !== undefined;
        report(wrongPeer ? notThePeer(called, called.uid ?? '', theirs) : refusing(us(), remote, ending.code, theirs));
        break;
      }
      case 'refused-by-peer':
        count(`by-peer-${ending.code}`);
        calling(refusedBy(us(), remote, ending.code));
        break;
      case 'fault':
        count(ending.code);
        blame(badFrames(remote, ending.code, ending.detail));
        break;
    }
    if (peer !== null)
      log('info', 'link: connection ended', { direction: connection.direction, remote, why: ending.why });
    if (connection.direction === 'out') dialer.ended(connection, ending);
    else dialer.poke();
    tellConnected();
  };

  const tellConnected = () => {
    const now = inState().length > 0;
    if (now === wasConnected || closed) return;
    wasConnected = now;
    options.onConnected?.(now);
  };

  const receive = (message: Message) => {
    if (message.type === 'heartbeat') {
      // Heartbeats come over both connections: the first of the two counts.
      if (message.boot === newest.boot && message.seq <= newest.seq) return;
      newest.boot = message.boot;
      newest.seq = message.seq;
    }
    for (const listener of [...listeners]) listener(message);
  };

  /** Closes what has long been dead, and calls anew where a connection is in doubt. */
  const review = () => {
    judging = null;
    if (closed) return;
    const silentMs = Math.max(limits.silentMs, 10 * options.interval());
    for (const one of inState()) if (one.idleMs(clock.now()) > silentMs) one.end({ why: 'silent' });
    dialer.poke();
  };

  const listener = createListener({
    credentials,
    limits,
    onAccept: () => counters.accepted++,
    onLink: (socket, certificate, stranger) => {
      takeConnection(socket, certificate, { direction: 'in', host: hostOf(socket), stranger });
    },
    onHttp: (socket, certificate, stranger) => {
      stranger.known();
      http.take(socket, certificate);
    },
    onBadCertificate: (host, what) => {
      const said = badCertificate(us(), host, what);
      count(said.code.replace('link-', ''));
      blame(said, host);
    },
    onGarbage: (host, detail) => {
      count('garbage');
      blame(badFrames(host, 'garbage', detail));
    },
    onShed: (why) => count(why),
    onListening: (address) => {
      problems.clear('listening');
      log('info', 'link: listening', { address: at(address) });
    },
    onFailure: (address, error) => problems.raise('listening', cannotListen(address, error)),
  });

  const http = createHttpServer({
    form: () => credentials.form,
    admits: (member) => options.admits(member),
    serve: options.serve,
    onRefused: (host, named) => {
      count('not-a-member');
      log('warn', 'link: an HTTP request of a node that is not a member was refused', { host, named });
    },
  });

  const dialer = createDialer({
    credentials,
    limits,
    clock,
    interval: options.interval,
    target,
    wanted: () => {
      const aim = target();
      return !inState('out').some((one) => isFresh(one) && (aim === null || calledAt === at(aim)));
    },
    onDial: () => counters.dialled++,
    onSecure: (socket, certificate, called) => takeConnection(socket, certificate, { direction: 'out', called }),
    onUnreachable: (called, error) => calling(cannotReach(called, error, inState().length > 0)),
    onBadCertificate: (called, what) => {
      const said = badCertificate(us(), at(called), what);
      count(said.code.replace('link-', ''));
      calling(said);
    },
  });

  await listener.listen(listen);
  dialer.poke();

  return {
    send(message) {
      if (closed) return;
      const ready = inState();
      if (message.type === 'heartbeat') judging ??= setImmediate(review); // after the sockets were read
      let frame: Buffer;
      try {
        frame = encodeFrame(message.type, message);
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        counters.dropped++;
        problems.raise(`sending ${message.type}`, tooLargeToSend(error.message));
        return;
      }
      problems.clear(`sending ${message.type}`);
      if (ready.length === 0) counters.dropped++;
      else if (message.type === 'heartbeat') for (const one of ready) one.offer('heartbeat', frame);
      else best(ready).offer('document', frame);
    },
    onMessage(listener_) {
      listeners.add(listener_);
      return () => listeners.delete(listener_);
    },
    connected: () => inState().length > 0,
    connections: () =>
      inState().map((one) => ({
        direction: one.direction,
        remote: `${hostOf(one.socket)}:${one.socket.remotePort ?? 0}`,
        since: one.since,
        heardAt: one.heardAt,
      })),
    peer: () => known,
    listening: () => listener.listening(),
    problems: () => problems.all(),
    counters: () => ({ ...counters, refused: { ...refused } }),
    request(request) {
      const address = target();
      if (closed || known === null || address === null) {
        const message = 'the peer cannot be asked: it has not been heard since this node started';
        return Promise.reject(new PeerUnreachable(message, false));
      }
      return requestPeer({ self, peer: known, address, credentials }, request);
    },
    async reconfigure(change) {
      if (closed) return;
      if (change.credentials !== undefined) {
        credentials = change.credentials;
        listener.setCredentials(credentials);
        dialer.setCredentials(credentials);
      }
      for (const one of inState()) if (one.peer !== null && !options.admits(one.peer)) one.end({ why: 'closed' });
      if (target() === null) problems.clear('calling');
      const before = listen;
      listen = change.listen ?? listen;
      if (before.host !== listen.host || before.port !== listen.port) await listener.listen(listen);
      if (change.listen !== undefined || change.credentials !== undefined) calledAt = ''; // a new call tells the peer
      dialer.redial();
    },
    async close() {
      closed = true;
      if (judging !== null) clearImmediate(judging);
      dialer.close();
      problems.close();
      for (const one of [...connections]) one.end({ why: 'closed' });
      http.close();
      await listener.close();
    },
  };

  /** For a document: a connection that lives rather than one in doubt, then the one that the lower uid called. */
  function best(ready: readonly Connection[]): Connection {
    const rank = (one: Connection) =>
      (isFresh(one) ? 2 : 0) + ((one.direction === 'out') === self.uid < (one.peer?.uid ?? '') ? 1 : 0);
    return ready.reduce((a, b) => (rank(b) > rank(a) ? b : a));
  }
}

const hostOf = (socket: TLSSocket): string => (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
const timeoutError = () => Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
const resetError = () => Object.assign(new Error('closed by the other side'), { code: 'ECONNRESET' });
