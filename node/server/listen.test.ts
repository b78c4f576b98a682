import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MAX_BODY_BYTES } from '@tg/api';
import { selfSigned } from '../cli/certificate';
import { createTestApi, KEY, network, type TestApi, UID } from './api.fixture';
import { listen, type Listener } from './listen';

let api: TestApi;
let server: Listener;
const open = async (tls: Parameters<typeof listen>[1]['tls'] = null, limits = {}) => {
  api = await createTestApi();
  server = await listen(api.app, { host: '127.0.0.1', port: 0, tls, limits });
  return Number(new URL(server.url).port);
};
afterEach(async () => {
  await server.close(0);
  api.dispose();
});

const put = (port: number, body: string | Buffer) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'PUT',
      path: `/node/${UID}/config/network`,
      headers: { authorization: KEY },
    });
    sent.on('response', (response: IncomingMessage) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

test('says where it listens, and serves', async () => {
  const port = await open();
  expect(server.url).toBe(`http://127.0.0.1:${port}`);
  expect(await put(port, JSON.stringify(network))).toMatchObject({ status: 200 });
});

test('a body over the limit is answered with 413, and the next request is served', async () => {
  const port = await open();
  const { status, text } = await put(port, Buffer.alloc(MAX_BODY_BYTES * 2, 'x'));
  expect(status).toBe(413);
  expect(text).toContain('larger than');
  expect(await put(port, '{}')).toMatchObject({ status: 200 });
});

test('TLS 1.2 and later only; the certificate names the host', async () => {
  const { cert, key } = await selfSigned('gw-a.example.com', ['gw-a.example.com', '127.0.0.1']);
  const port = await open({ cert: Buffer.from(cert), key: Buffer.from(key) });
  const get = httpsRequest({ port, host: '127.0.0.1', path: '/org/mine', ca: cert, headers: { authorization: KEY } });
  get.end();
  const [response] = (await once(get, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  response.resume();
  await once(response, 'end');

  const old = connectTls({
    port,
    host: '127.0.0.1',
    ca: cert,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  });
  const [error] = (await once(old, 'error')) as [Error];
  expect(error.message).toMatch(/version|alert|unsupported/i);
});

test('a client that sends its headers drop by drop is cut off, others are served', async () => {
  const port = await open(null, { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 });
  const slow = connect(port, '127.0.0.1');
  slow.write('GET /org/mine HTTP/1.1\r\nHost: x\r\n');
  const drip = setInterval(() => slow.write('X-A: b\r\n'), 20);
  slow.on('error', () => undefined);
  slow.resume();
  expect(await put(port, '{}')).toMatchObject({ status: 200 });
  await once(slow, 'close');
  clearInterval(drip);
});

test('closing answers those who wait for an outcome, and then ends', async () => {
  const port = await open();
  await put(port, JSON.stringify(network));
  const waiting = httpRequest({
    port,
    host: '127.0.0.1',
    path: `/node/${UID}/status?version=1&nic=eth1&wait=60`,
    headers: { authorization: KEY },
  });
  const arrived = once(waiting, 'response') as Promise<[IncomingMessage]>;
  waiting.end();
  await new Promise<void>((resolve) => {
    const original = api.store.outcome.bind(api.store);
    api.store.outcome = (...args) => {
      resolve();
      return original(...args);
    };
  });
  api.closing.abort();
  const closed = server.close(10_000);
  const [response] = await arrived;
  let text = '';
  response.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(response, 'end');
  expect(JSON.parse(text)).toMatchObject({ outcome: 'pending' });
  await closed;
});

test('an address in use is named', async () => {
  const port = await open();
  await expect(listen(api.app, { host: '127.0.0.1', port, tls: null })).rejects.toThrow(
    /cannot listen on 127\.0\.0\.1:\d+: something else listens there/,
  );
});

test('garbage on the port does no harm', async () => {
  const port = await open();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(Buffer.from([0x16, 3, 1, 0xff, 0xff, 0, 0, 0]));
  await once(socket, 'close');
  expect(await put(port, '{}')).toMatchObject({ status: 200 });
});
