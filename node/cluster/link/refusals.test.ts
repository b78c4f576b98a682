import { randomBytes } from 'node:crypto';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect } from 'node:tls';
import * as fc from 'fast-check';
import { makeClusterKey } from './cluster-key';
import { type Credentials, credentialsFromKey } from './credentials';
import { encodeFrame, type Frame, FrameDecoder, type FrameKind } from './frame';
import {
  A,
  addressOf,
  B,
  both,
  CLUSTER,
  closeLinks,
  heartbeat,
  KEY,
  openLink,
  openPair,
  type TestLink,
} from './link.fixture';
import { createTestCa } from './test-ca.fixture';
import { ALPN_LINK, tlsOptions } from './tls-options';
import type { Member } from './types';

const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await closeLinks();
});

const HELLO = { version: 1, ...B, cluster: CLUSTER, boot: 'boot', port: 0 };

/** A caller that holds the cluster's key and says whatever the test wants. */
async function call(to: TestLink, as: Member = B, credentials: Credentials = credentialsFromKey(KEY, CLUSTER, as)) {
  const socket = connect({
    ...tlsOptions(credentials),
    ...addressOf(to),
    ALPNProtocols: [ALPN_LINK],
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  sockets.add(socket);
  const frames: Frame[] = [];
  const decoder = new FrameDecoder(() => true);
  socket.on('data', (chunk: Buffer) => decoder.push(chunk, (frame) => frames.push(frame) > 0));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('secureConnect', resolve);
  });
  socket.on('error', () => undefined);
  const say = (kind: FrameKind, body: unknown) => socket.write(encodeFrame(kind, body));
  return { socket, frames, closed, say };
}
type Caller = Awaited<ReturnType<typeof call>>;

/** A caller that was welcomed. */
async function member(to: TestLink): Promise<Caller> {
  const caller = await call(to);
  caller.say('hello', HELLO);
  await to.until(() => to.link.connected());
  return caller;
}

test('another cluster key: both say so, and what to do', async () => {
  const b = await openLink(B, { credentials: credentialsFromKey(makeClusterKey(), CLUSTER, B) });
  const a = await openLink(A, { peer: () => addressOf(b) });
  const sentence =
    /has another cluster key than this node, though the same cluster gw\.example\.com; give both members/;
  expect(await a.problem('link-key')).toMatch(sentence);
  expect(await b.problem('link-key')).toMatch(sentence);
  expect([a.link.connected(), b.link.connected()]).toEqual([false, false]);
  expect(b.link.counters().refused).toMatchObject({ key: expect.any(Number) as number });

  const key = makeClusterKey();
  await b.link.reconfigure({ credentials: credentialsFromKey(key, CLUSTER, B) });
  await a.link.reconfigure({ credentials: credentialsFromKey(key, CLUSTER, A) });
  await both(a);
  expect(a.link.problems()).toEqual([]);
  await b.until(() => b.link.problems().length === 0);
});

test("another cluster's fqdn, though the same key: both name both clusters", async () => {
  const b = await openLink(B, { cluster: 'other.example.com' });
  const a = await openLink(A, { peer: () => addressOf(b) });
  expect(await a.problem('link-cluster')).toMatch(
    /is a member of cluster other\.example\.com, gw-a.* one of gw\.example\.com; correct/,
  );
  expect(await b.problem('link-cluster')).toMatch(
    /is a member of cluster gw\.example\.com, gw-b.* one of other\.example\.com/,
  );
});

test('supplied certificates of one CA connect; those of another CA, and the key form, are refused', async () => {
  const ca = await createTestCa();
  const issue = async ({ fqdn }: Member, from = ca, trust = ca): Promise<Credentials> => ({
    form: 'files',
    ...(await from.issue(fqdn)),
    ca: trust.cert,
  });
  const b = await openLink(B, { credentials: await issue(B) });
  const a = await openLink(A, { credentials: await issue(A), peer: () => addressOf(b) });
  await both(a);

  const { closed } = await call(b, A, credentialsFromKey(KEY, CLUSTER, A));
  await closed;
  expect(await b.problem('link-certificate')).toMatch(/made from a cluster key, this node one from cluster\.tls/);
  const stranger = await call(b, A, await issue(A, await createTestCa()));
  await stranger.closed;
  await b.until(() =>
    b.problems.some(({ message }) => /does not chain to .*ca_file .*issuer CN=Owner CA/.test(message)),
  );
});

test('a supplied certificate that does not carry the name in the hello is refused', async () => {
  const ca = await createTestCa();
  const credentials = async (fqdn: string): Promise<Credentials> => ({
    form: 'files',
    ...(await ca.issue(fqdn)),
    ca: ca.cert,
  });
  const b = await openLink(B, { credentials: await credentials(B.fqdn) });
  const caller = await call(b, A, await credentials('other.example.com'));
  caller.say('hello', { ...HELLO, ...A });
  await caller.closed;
  expect(caller.frames).toEqual([{ kind: 'refused', body: { code: 'certificate' } }]);
  expect(await b.problem('link-certificate')).toMatch(/gw-a\.example\.com \(uid uid-a\).* does not carry that name/);
});

test('a caller without a certificate gets nowhere', async () => {
  const b = await openLink(B);
  const socket = connect({ ...addressOf(b), ALPNProtocols: [ALPN_LINK], rejectUnauthorized: false });
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.resume();
  expect(await b.problem('link-certificate')).toMatch(/showed no certificate/);
  await new Promise((resolve) => socket.once('close', resolve));
  expect(b.link.connected()).toBe(false);
});

test('a member that is its own peer is told so', async () => {
  const found: { port: number } = { port: 0 };
  const a = await openLink(A, { peer: () => (found.port === 0 ? null : { host: '127.0.0.1', port: found.port }) });
  found.port = a.port;
  await a.link.reconfigure({});
  expect(await a.problem('link-self')).toMatch(/leads back to this node itself; set the peer's host and port/);
  expect(a.link.connected()).toBe(false);
});

test('another process with our uid is refused, and both say what to do', async () => {
  const twin = { ...A, fqdn: 'gw-x.example.com' };
  const b = await openLink(twin);
  const a = await openLink(A, { peer: () => addressOf(b) });
  expect(await b.problem('link-same-uid')).toMatch(/two members say that they are uid uid-a.*do not copy node\.yaml/);
  expect(await a.problem('link-same-uid')).toMatch(/knows another node with this node's uid uid-a/);
});

test("two processes with the peer's uid: the newer one is heard, the older one that comes back is refused", async () => {
  const a = await openLink(A);
  const hello = (boot: string) => ({ ...HELLO, boot });
  const first = await call(a);
  first.say('hello', hello('one'));
  await a.until(() => a.link.peer()?.boot === 'one');
  const second = await call(a);
  second.say('hello', hello('two'));
  await first.closed;
  expect(a.link.peer()?.boot).toBe('two');
  const third = await call(a);
  third.say('hello', hello('one'));
  await third.closed;
  expect(third.frames).toEqual([{ kind: 'refused', body: { code: 'same-uid' } }]);
  expect(await a.problem('link-same-uid')).toMatch(/two members say that they are uid uid-b/);
  expect(a.link.connections()).toHaveLength(1);
});

test('a node that is not a member is refused, on both sides with a sentence', async () => {
  const b = await openLink(B, { admits: ({ uid }) => uid === 'somebody-else' });
  const a = await openLink(A, { peer: () => addressOf(b) });
  expect(await b.problem('link-not-a-member')).toMatch(
    /gw-a\.example\.com \(uid uid-a\) at 127\.0\.0\.1 is not a member of gw/,
  );
  expect(await a.problem('link-not-admitted')).toMatch(
    /does not know gw-a\.example\.com \(uid uid-a\).*let this node join/,
  );
});

test('a third node is not heard while the second is there, even where membership is still open', async () => {
  const { a, b } = await openPair();
  const c = await openLink({ uid: 'uid-c', fqdn: 'gw-c.example.com' }, { peer: () => addressOf(a) });
  expect(await c.problem('link-not-admitted')).toMatch(/does not know gw-c/);
  expect(a.link.peer()?.uid).toBe('uid-b');
  await b.close();
  await c.until(() => c.link.connected());
  expect(a.link.peer()?.uid).toBe('uid-c');
});

test('another member than expected at the peer’s address is named', async () => {
  const b = await openLink(B);
  const a = await openLink(A, { peer: () => ({ ...addressOf(b), uid: 'uid-z' }) });
  expect(await a.problem('link-not-the-peer')).toMatch(
    /is gw-b\.example\.com \(uid uid-b\), not the peer \(uid uid-z\)/,
  );
});

test('a version from the future is not heard, and both are told', async () => {
  const a = await openLink(A);
  const caller = await call(a);
  caller.say('hello', { version: 2, whatever: ['else'] });
  await caller.closed;
  expect(caller.frames).toEqual([{ kind: 'refused', body: { code: 'version' } }]);
  expect(await a.problem('link-version')).toMatch(
    /speaks version 2 of the cluster protocol, this node 1; upgrade tg-node here/,
  );
});

test.each<[string, Buffer, string, RegExp]>([
  ['an unknown kind', Buffer.from([99, 0, 0, 1, 0]), 'link-garbage', /kind 99, which there is not/],
  ['a hello again', encodeFrame('hello', HELLO), 'link-garbage', /a hello frame where none may come/],
  ['an oversize heartbeat', Buffer.from([2, 0xff, 0xff, 0xff]), 'link-oversize', /heartbeat frame of 16777215 bytes/],
  ['an oversize document', Buffer.from([3, 0xff, 0, 0]), 'link-oversize', /document frame of .* at most 1048576/],
  [
    'a heartbeat that lacks fields',
    encodeFrame('heartbeat', { type: 'heartbeat', from: B.uid }),
    'link-garbage',
    /boot:/,
  ],
  [
    'a document in a heartbeat frame',
    encodeFrame('heartbeat', { type: 'document', from: B.uid, document: {} }),
    'link-garbage',
    /another type/,
  ],
  ["another member's name", encodeFrame('heartbeat', heartbeat(A, 1)), 'link-from', /from uid-a by uid uid-b/],
])(
  '%s from a member closes the connection, is counted and said, and the member may come back',
  async (_what, bytes, code, sentence) => {
    const a = await openLink(A);
    const caller = await member(a);
    caller.socket.write(bytes);
    await caller.closed;
    expect(await a.problem(code)).toMatch(sentence);
    expect(a.link.counters().refused).toEqual({ [code.replace('link-', '')]: 1 });
    expect(a.messages).toEqual([]);
    await member(a);
  },
);

test('whatever bytes a member sends, the link goes on, and hears nothing of it', async () => {
  const a = await openLink(A);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 4, maxLength: 200 }), async (bytes) => {
      const caller = await member(a);
      caller.socket.end(Buffer.from(bytes));
      await caller.closed;
      await a.until(() => !a.link.connected());
    }),
    { numRuns: 20 },
  );
  expect(a.messages).toEqual([]);
  await member(a);
});

test('bytes that are no TLS are counted and said; others are served meanwhile', async () => {
  const a = await openLink(A);
  const socket = connectTcp(addressOf(a));
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(randomBytes(200));
  expect(await a.problem('link-garbage')).toMatch(/127\.0\.0\.1 sent what is no message of this protocol \(ERR_SSL_/);
  await member(a);
});

test('TLS 1.2 is not spoken', async () => {
  const a = await openLink(A);
  const { cert, key, ca } = credentialsFromKey(KEY, CLUSTER, B);
  const socket = connect({ ...addressOf(a), cert, key, ca, maxVersion: 'TLSv1.2', ALPNProtocols: [ALPN_LINK] });
  sockets.add(socket);
  const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
  expect(error.message).toMatch(/protocol version/);
});

test('a caller that says nothing is cut off; of too many the oldest goes, and a member still gets in', async () => {
  const a = await openLink(A, { limits: { unauthenticated: 4, handshakeMs: 400 } });
  const callers = Array.from({ length: 12 }, () => connectTcp(addressOf(a)));
  const ends = callers.map((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
    return new Promise((resolve) => socket.once('close', resolve));
  });
  await a.until(() => (a.link.counters().refused['too-many'] ?? 0) >= 8);
  await member(a);
  await Promise.all(ends);
  expect(a.link.counters().refused.slow).toBeGreaterThanOrEqual(1);
  expect(a.link.connected()).toBe(true); // the limits are for those that have not said hello
});

test('a TLS caller that never says hello is cut off', async () => {
  const a = await openLink(A, { limits: { handshakeMs: 200 } });
  const caller = await call(a);
  await caller.closed;
  expect(a.link.connected()).toBe(false);
});

test('a member that floods is closed', async () => {
  const a = await openLink(A, { limits: { budgetBytes: 20_000, budgetBytesPerSecond: 1000 } });
  const caller = await member(a);
  for (let i = 0; i < 100; i++) caller.say('heartbeat', heartbeat(B, i));
  await caller.closed;
  expect(await a.problem('link-flood')).toMatch(/more than 1000 bytes a second/);
});

test('something else at the peer’s address: the sentence names it', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    socket.end('SSH-2.0-OpenSSH_9.2\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const a = await openLink(A, { peer: () => ({ host: '127.0.0.1', port }) });
  expect(await a.problem('link-unreachable')).toMatch(
    /another kind of program listens there|closed the connection before/,
  );
  await a.close();
  await new Promise((resolve) => server.close(resolve));
});

test('what a stranger did is forgotten after a while, and logged once', async () => {
  const a = await openLink(A, { limits: { problemLastsMs: 50 } });
  for (let i = 0; i < 3; i++) {
    const caller = await call(a, B, credentialsFromKey(makeClusterKey(), CLUSTER, B));
    await caller.closed;
  }
  await a.until(() => a.gone.length === 1);
  expect(a.link.problems()).toEqual([]);
  expect(a.logs.filter(({ message }) => message.includes('another cluster key'))).toHaveLength(1);
});
