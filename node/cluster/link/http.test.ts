import { once } from 'node:events';
import { createServer as createTcp } from 'node:net';
import { Hono } from 'hono';
import { makeClusterKey } from './cluster-key';
import { credentialsFromKey } from './credentials';
import { requestPeer } from './http-client';
import { A, addressOf, B, both, CLUSTER, closeLinks, KEY, openLink, openPair } from './link.fixture';
import type { Member } from './types';

afterEach(closeLinks);

/** Answers with what it was asked, and by whom. */
const echo = () => {
  const app = new Hono<{ Bindings: { peer: Member } }>();
  app.get('/slow', () => new Promise<Response>(() => undefined));
  app.get('/none', (context) => context.body(null, 204));
  app.get('/big', (context) => context.body('x'.repeat(9 * 1024 * 1024)));
  app.all('*', async (context) => {
    const body = await context.req.text();
    context.header('ETag', '"7"');
    return context.json({ from: context.env.peer, method: context.req.method, url: context.req.path, body }, 422);
  });
  return (request: Request, peer: Member) => app.fetch(request, { peer });
};

test('a request reaches the peer with the name of the member that asks, and the answer comes back whole', async () => {
  const { a } = await openPair({}, { serve: echo() });
  const response = await a.link.request({
    method: 'PUT',
    path: '/node/uid-b?x=1',
    headers: { 'if-match': '"6"' },
    body: '{"ä":1}',
  });
  expect(response.status).toBe(422);
  expect(response.headers.get('etag')).toBe('"7"');
  expect(await response.json()).toEqual({ from: A, method: 'PUT', url: '/node/uid-b', body: '{"ä":1}' });
  const none = await a.link.request({ method: 'GET', path: '/none' });
  expect([none.status, await none.text()]).toEqual([204, '']);
});

test('requests go on while heartbeats do, over the same port', async () => {
  const { a, b } = await openPair({}, { serve: echo() });
  b.beat();
  const answers = await Promise.all(Array.from({ length: 10 }, () => a.link.request({ method: 'GET', path: '/' })));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(422));
  await a.until(() => a.messages.length > 0);
});

test('a peer that was never heard cannot be asked', async () => {
  const a = await openLink(A);
  await expect(a.link.request({ method: 'GET', path: '/' })).rejects.toMatchObject({
    name: 'PeerUnreachable',
    sent: false,
    message: 'the peer cannot be asked: it has not been heard since this node started',
  });
});

test('a peer that has gone: nothing was sent, and the sentence says where to', async () => {
  const { a, b } = await openPair();
  await b.close();
  await expect(a.link.request({ method: 'GET', path: '/' })).rejects.toMatchObject({
    sent: false,
    message: expect.stringMatching(
      /the peer gw-b\.example\.com at 127\.0\.0\.1:\d+ cannot be asked: .*ECONNREFUSED/,
    ) as string,
  });
});

test('an answer that does not come in time, or is too large, is given up', async () => {
  const { a } = await openPair({}, { serve: echo() });
  await expect(a.link.request({ method: 'GET', path: '/slow', timeoutMs: 200 })).rejects.toMatchObject({
    sent: true,
    message: expect.stringContaining('no answer within 0.2 s') as string,
  });
  await expect(a.link.request({ method: 'GET', path: '/big' })).rejects.toThrow(/more than 8388608 bytes/);
  const leaving = new AbortController();
  const asked = a.link.request({ method: 'GET', path: '/slow', signal: leaving.signal });
  leaving.abort();
  await expect(asked).rejects.toMatchObject({ name: 'PeerUnreachable' });
});

test('a node that is not a member, or takes another name than its own, gets 403 and reaches nothing', async () => {
  let asked = 0;
  const serve = () => {
    asked++;
    return new Response('ok');
  };
  const b = await openLink(B, { serve, admits: ({ uid }) => uid === A.uid });
  const ask = (self: Member, shown: Member) =>
    requestPeer(
      { self, peer: B, address: addressOf(b), credentials: credentialsFromKey(KEY, CLUSTER, shown) },
      { method: 'GET', path: '/' },
    );
  const stranger = { uid: 'uid-c', fqdn: 'gw-c.example.com' };
  const refused = await ask(stranger, stranger);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toEqual({ message: 'uid-c gw-c.example.com is not a member of this cluster' });
  expect((await ask(A, stranger)).status).toBe(403);
  expect(asked).toBe(0);
  expect((await ask(A, A)).status).toBe(200);
  expect(b.link.counters().refused).toEqual({ 'not-a-member': 2 });
});

test('a key of another cluster neither asks nor answers', async () => {
  const b = await openLink(B);
  const credentials = credentialsFromKey(makeClusterKey(), CLUSTER, A);
  const asked = requestPeer({ self: A, peer: B, address: addressOf(b), credentials }, { method: 'GET', path: '/' });
  await expect(asked).rejects.toThrow(/certificate/);
});

test('whoever answers in the peer’s place must have the peer’s certificate', async () => {
  const b = await openLink(B);
  const credentials = credentialsFromKey(KEY, CLUSTER, A);
  const peer = { uid: 'uid-z', fqdn: B.fqdn };
  const asked = requestPeer({ self: A, peer, address: addressOf(b), credentials }, { method: 'GET', path: '/' });
  await expect(asked).rejects.toThrow(/its certificate is not that of gw-b\.example\.com \(uid uid-z\)/);
});

test('closing the link ends requests that wait', async () => {
  const arrived = { yet: false };
  const serve = () => {
    arrived.yet = true;
    return new Promise<Response>(() => undefined);
  };
  const { a, b } = await openPair({}, { serve });
  const asked = a.link.request({ method: 'GET', path: '/slow' });
  const failed = expect(asked).rejects.toMatchObject({ name: 'PeerUnreachable', sent: true });
  await b.until(() => arrived.yet);
  await b.close();
  await failed;
});

test('a peer that is only a TCP port is given up in time', async () => {
  const mute = createTcp(() => undefined);
  mute.listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const { port } = mute.address() as { port: number };
  const credentials = credentialsFromKey(KEY, CLUSTER, A);
  const address = { host: '127.0.0.1', port };
  const asked = requestPeer({ self: A, peer: B, address, credentials }, { method: 'GET', path: '/', timeoutMs: 100 });
  await expect(asked).rejects.toMatchObject({ sent: false });
  mute.close();
});

test('both ask each other', async () => {
  const { a, b } = await openPair({ serve: echo() }, { serve: echo() });
  await both(a);
  const [one, two] = await Promise.all([
    a.link.request({ method: 'GET', path: '/' }),
    b.link.request({ method: 'GET', path: '/' }),
  ]);
  expect(await one.json()).toMatchObject({ from: A });
  expect(await two.json()).toMatchObject({ from: B });
});
