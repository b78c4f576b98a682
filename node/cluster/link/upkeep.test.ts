import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { A, addressOf, B, both, closeLinks, heartbeat, openLink, openPair, type TestLink } from './link.fixture';
import type { LinkPeer } from './types';

const proxies: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await closeLinks();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

/** Forwards TCP to that link until it is told to hold everything that is open, as a network does that lost its far end. */
async function proxyTo(link: TestLink) {
  const pairs = new Set<Socket[]>();
  const server: Server = createServer((near) => {
    const far = connectTcp(addressOf(link));
    const pair = [near, far];
    pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => pair.forEach((one) => one.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const proxy = {
    address: (): LinkPeer => ({ host: '127.0.0.1', port }),
    /** Nothing passes any more on what is open; what is opened later passes. */
    hold() {
      for (const [near, far] of pairs) {
        near?.unpipe();
        far?.unpipe();
      }
      return pairs.size;
    },
    close() {
      for (const pair of pairs) pair.forEach((one) => one.destroy());
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  proxies.push(proxy);
  return proxy;
}

const quick = { limits: { staleMs: 100 }, interval: () => 20 };

test('a half-open connection is replaced by a new one, and messages flow again', async () => {
  const b = await openLink(B, { ...quick, peer: () => ({ host: '127.0.0.1', port: 1 }) });
  const proxy = await proxyTo(b);
  const a = await openLink(A, { ...quick, peer: () => proxy.address() });
  a.beat();
  b.beat();
  await a.until(() => a.messages.length > 0);
  await b.until(() => b.messages.length > 0);
  expect(proxy.hold()).toBe(1);
  const [before] = a.link.connections();
  const counted = b.messages.length;
  await a.until(() => a.link.connections()[0]?.since !== before?.since);
  await b.until(() => b.messages.length > counted + 5);
  expect(a.link.connections()).toHaveLength(1);
  expect(b.link.connections()).toHaveLength(1);
});

test('one half-open connection of two does not hold up heartbeats', async () => {
  const b = await openLink(B, { interval: () => 20 });
  const proxy = await proxyTo(b);
  const a = await openLink(A, { interval: () => 20, peer: () => proxy.address() });
  await both(b);
  await both(a);
  proxy.hold(); // a's call; b's own call does not go through the proxy
  a.link.send(heartbeat(A, 1));
  await b.until(() => b.messages.length === 1);
});

test('while a socket takes nothing, the newest heartbeat replaces the one that waits, and nothing grows', async () => {
  const b = await openLink(B, { peer: () => ({ host: '127.0.0.1', port: 1 }) });
  const proxy = await proxyTo(b);
  const a = await openLink(A, { peer: () => proxy.address() });
  await a.until(() => a.link.connected());
  proxy.hold();
  const document = 'x'.repeat(1_000_000);
  for (let seq = 0; seq < 40; seq++) {
    a.link.send({ type: 'document', from: A.uid, document });
    a.link.send(heartbeat(A, seq));
  }
  const { sent, dropped } = a.link.counters();
  expect(sent).toBeLessThan(40); // what the kernel took, and one more
  expect(sent + dropped).toBeGreaterThanOrEqual(79); // hello, 80 messages, two that wait
});

test('a connection that brings nothing for long is closed, also where we did not call', async () => {
  const b = await openLink(B, {
    limits: { silentMs: 200 },
    interval: () => 20,
    peer: () => ({ host: '127.0.0.1', port: 1 }),
  });
  const proxy = await proxyTo(b);
  const a = await openLink(A, { peer: () => proxy.address() });
  await a.until(() => a.link.connected());
  b.beat();
  await b.until(() => !b.link.connected());
});

test('a port in use is named with the way out, the link calls all the same, and listens when it is free', async () => {
  const blocker = await openLink({ uid: 'uid-x', fqdn: 'x.example.com' });
  const b = await openLink(B);
  const a = await openLink(A, {
    listen: { host: '127.0.0.1', port: blocker.port },
    peer: () => addressOf(b),
    limits: { listenAgainMs: 20 },
  });
  expect(a.link.listening()).toBeNull();
  expect(await a.problem('link-port')).toMatch(
    new RegExp(`cannot listen on 127\\.0\\.0\\.1:${blocker.port}: another program does; stop it, or choose another`),
  );
  await a.until(() => a.link.connected());
  await blocker.close();
  await a.until(() => a.link.listening()?.port === blocker.port);
  expect(a.link.problems().filter(({ code }) => code === 'link-port')).toEqual([]);
  await both(a);
});

test('an address that no NIC has is named', async () => {
  const a = await openLink(A, { listen: { host: '192.0.2.1', port: 0 } });
  expect(await a.problem('link-port')).toMatch(/192\.0\.2\.1:0: no NIC has that address; correct the heartbeat host/);
});

test('the listening port changes while the link runs: connections stay, and the peer learns the new port', async () => {
  const { a, b } = await openPair({ limits: { staleMs: 60_000 } }, { peer: () => null, limits: { staleMs: 60_000 } });
  const before = a.link.connections().find(({ direction }) => direction === 'out')?.since;
  await a.link.reconfigure({ listen: { host: '127.0.0.1', port: 0 } });
  expect(a.link.listening()).toMatchObject({ host: '127.0.0.1' });
  const out = a.link.connections().find(({ direction }) => direction === 'out');
  expect(out?.since).toBe(before);
  const port = a.link.listening()?.port;
  await b.until(() => b.link.peer()?.port === port);
  await both(b);
});

test("the peer's address changes while the link runs: the new one is called, then the old connection goes", async () => {
  const b = await openLink(B, { peer: () => ({ host: '127.0.0.1', port: 1 }) });
  const proxy = await proxyTo(b);
  const place: { now: LinkPeer } = { now: addressOf(b) };
  const a = await openLink(A, { peer: () => place.now });
  await a.until(() => a.link.connected());
  const [before] = a.link.connections();
  place.now = proxy.address();
  await a.link.reconfigure({});
  await a.until(() => a.link.connections()[0]?.remote === `127.0.0.1:${place.now.port}`);
  expect(a.link.connections()[0]?.remote).not.toBe(before?.remote);
});

test('a member that is not one any more is cut off at once', async () => {
  const members = new Set([A.uid]);
  const b = await openLink(B, { admits: ({ uid }) => members.has(uid) });
  const a = await openLink(A, { peer: () => addressOf(b) });
  await both(b);
  members.clear();
  await b.link.reconfigure({});
  expect(b.link.connected()).toBe(false);
  expect(await a.problem('link-not-admitted')).toMatch(/does not know gw-a/);
});
