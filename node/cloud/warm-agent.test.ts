import { once } from 'node:events';
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { serve, type LoopbackServer } from './testing/loopback-server';
import { selfSigned } from './testing/self-signed';
import { WarmAgent } from './warm-agent';

let tls: { key: string; cert: string };
let server: LoopbackServer;
let agent: WarmAgent;

beforeAll(async () => {
  tls = await selfSigned();
});

beforeEach(async () => {
  server = await serve((_request, response) => response.end('ok'), tls);
  agent = new WarmAgent({ host: 'localhost', port: server.port }, { ca: tls.cert });
});

afterEach(async () => {
  agent.destroy();
  await server.close();
});

async function fetchOnce(): Promise<TLSSocket> {
  const sent = request({ host: 'localhost', port: server.port, agent });
  sent.end();
  const [socket] = (await once(sent, 'socket')) as [TLSSocket];
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
  response.resume();
  await once(response, 'end');
  return socket;
}

async function untilWarm(warm: boolean): Promise<void> {
  while (agent.isWarm !== warm) await new Promise(setImmediate);
}

test('the first request finds a connection whose handshake is done', async () => {
  const connected = once(server.server, 'secureConnection');
  agent.warm();
  await connected;
  await untilWarm(true);
  const socket = await fetchOnce();
  expect(socket.listenerCount('tg-taken')).toBe(0);
  const more: unknown[] = [];
  server.server.on('secureConnection', (s) => more.push(s));
  expect(await fetchOnce()).toBe(socket);
  expect(more).toEqual([]);
  expect(agent.isWarm).toBe(false);
});

test('works without a warm connection, and never hands one to another host', async () => {
  await fetchOnce();
  const other = await serve((_request, response) => response.end('other'), tls);
  agent.warm();
  await untilWarm(true);
  const sent = request({ host: 'localhost', port: other.port, agent });
  sent.end();
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream & AsyncIterable<Buffer>];
  let body = '';
  for await (const chunk of response) body += chunk.toString();
  expect(body).toBe('other');
  expect(agent.isWarm).toBe(true);
  await other.close();
});

test('a connection that the server closed is not offered', async () => {
  const accepted = once(server.server, 'secureConnection');
  agent.warm();
  const [socket] = (await accepted) as [TLSSocket];
  await untilWarm(true);
  socket.end();
  await untilWarm(false);
  await fetchOnce();
});

test('one that is not trusted is not offered', async () => {
  agent.destroy();
  agent = new WarmAgent({ host: 'localhost', port: server.port });
  const refused = once(server.server, 'tlsClientError');
  agent.warm();
  await refused;
  expect(agent.isWarm).toBe(false);
});
