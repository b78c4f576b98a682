import { addressOf, A, B, both, closeLinks, heartbeat, openLink, openPair } from './link.fixture';

afterEach(closeLinks);

test('two members that know each other connect both ways, at once', async () => {
  const { a, b } = await openPair();
  expect(
    a.link
      .connections()
      .map(({ direction }) => direction)
      .sort(),
  ).toEqual(['in', 'out']);
  expect(a.link.peer()).toMatchObject({ ...B, ...addressOf(b) });
  expect(b.link.peer()).toMatchObject({ ...A, ...addressOf(a) });
  expect([a.link.problems(), b.link.problems()]).toEqual([[], []]);
});

test('a heartbeat sent over both connections is heard once, in order', async () => {
  const { a, b } = await openPair();
  for (let seq = 0; seq < 20; seq++) a.link.send(heartbeat(A, seq));
  a.link.send({ type: 'document', from: A.uid, document: 'the end' });
  await b.until(() => b.messages.some(({ type }) => type === 'document'));
  await b.until(() => b.link.counters().received === 41); // 20 over each connection, and the document over one
  const heard = b.messages.flatMap((message) => (message.type === 'heartbeat' ? [message.seq] : []));
  expect(heard).toEqual([...Array(20).keys()]);
  expect(b.messages.find(({ type }) => type === 'heartbeat')).toEqual(heartbeat(A, 0));
});

test('the heartbeats of a new start of the peer are heard from the first on', async () => {
  const { a, b } = await openPair();
  a.link.send(heartbeat(A, 7));
  a.link.send(heartbeat(A, 0, 'boot-2'));
  a.link.send(heartbeat(A, 0, 'boot-2'));
  a.link.send(heartbeat(A, 1, 'boot-2'));
  await b.until(() => b.messages.length === 3);
  expect(b.messages.map((message) => (message.type === 'heartbeat' ? message.seq : null))).toEqual([7, 0, 1]);
});

test('one member that knows the other is enough: the other learns the address and calls back', async () => {
  const b = await openLink(B);
  const a = await openLink(A, { peer: () => addressOf(b) });
  await both(b);
  await both(a);
  expect(b.link.peer()).toMatchObject({ ...A, host: '127.0.0.1', port: a.port });
});

test('a wildcard host is not told to the peer: it takes the address it sees; an advertised one is told', async () => {
  const b = await openLink(B);
  const a = await openLink(A, { listen: { host: '0.0.0.0', port: 0 }, peer: () => addressOf(b) });
  await both(b);
  expect(b.link.peer()).toMatchObject({ host: '127.0.0.1' });
  await a.close();
  const again = await openLink(A, {
    listen: { host: '0.0.0.0', port: 0, advertise: 'localhost' },
    peer: () => addressOf(b),
  });
  await again.until(() => again.link.connected());
  await b.until(() => b.link.peer()?.host === 'localhost');
});

test('one connection of the two is enough', async () => {
  const b = await openLink(B, { peer: () => ({ host: '127.0.0.1', port: 1 }) });
  const a = await openLink(A, { peer: () => addressOf(b) });
  expect(await b.problem('link-one-way')).toMatch(/cannot call the peer at 127\.0\.0\.1:1: nothing listens there/);
  await a.until(() => a.link.connected());
  a.link.send(heartbeat(A, 1));
  b.link.send(heartbeat(B, 1));
  b.link.send({ type: 'document', from: B.uid, document: {} });
  await b.until(() => b.messages.length === 1);
  await a.until(() => a.messages.length === 2);
  expect(a.link.connections()).toMatchObject([{ direction: 'out' }]);
});

test('large documents arrive whole; one that no peer would take is dropped and said, and heartbeats go on', async () => {
  const { a, b } = await openPair();
  const document = { text: 'ä'.repeat(500_000) };
  a.link.send({ type: 'document', from: A.uid, document });
  await b.until(() => b.messages.length === 1);
  expect(b.messages[0]).toEqual({ type: 'document', from: A.uid, document });

  a.link.send({ type: 'document', from: A.uid, document: 'x'.repeat(1024 * 1024) });
  expect(a.link.problems()).toMatchObject([{ code: 'link-too-large', kind: 'ask-a-person' }]);
  a.link.send(heartbeat(A, 1));
  await b.until(() => b.messages.length === 2);
  expect(a.link.connections()).toHaveLength(2);
  a.link.send({ type: 'document', from: A.uid, document });
  expect(a.link.problems()).toEqual([]);
});

test('without a connection, sending drops and counts', async () => {
  const a = await openLink(A);
  a.link.send(heartbeat(A, 1));
  a.link.send({ type: 'document', from: A.uid, document: {} });
  expect(a.link.counters()).toMatchObject({ dropped: 2, sent: 0 });
});

test('a peer that restarts is connected again, and heard', async () => {
  const { a, b } = await openPair();
  const { port } = b;
  await b.close();
  await a.until(() => !a.link.connected());
  expect(await a.problem('link-unreachable')).toMatch(
    /the peer cannot be reached at .*nothing listens there; is tg-node/,
  );
  const again = await openLink(B, { listen: { host: '127.0.0.1', port } });
  await both(a);
  await both(again);
  expect(a.link.problems()).toEqual([]);
  again.link.send(heartbeat(B, 0, 'boot-2'));
  await a.until(() => a.messages.length === 1);
});

test('a listener that is removed hears nothing any more', async () => {
  const { a, b } = await openPair();
  let heard = 0;
  const stop = b.link.onMessage(() => heard++);
  a.link.send(heartbeat(A, 1));
  await b.until(() => b.messages.length === 1);
  stop();
  a.link.send(heartbeat(A, 2));
  await b.until(() => b.messages.length === 2);
  expect(heard).toBe(1);
});

test('closing ends the connections of both, and nothing is called any more', async () => {
  const { a, b } = await openPair();
  await a.close();
  await b.until(() => !b.link.connected());
  expect(a.link.connections()).toEqual([]);
  expect(() => a.link.send(heartbeat(A, 1))).not.toThrow();
});
