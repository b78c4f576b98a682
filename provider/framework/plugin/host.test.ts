import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect as netConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { DynamicValue, Provider } from '../protocol/tfplugin6.generated';
import { hclogger } from './hclog';
import { startHost } from './host';
import { build, parseHandshake, startPlugin, type Built, type ChildPlugin } from './testing/child-plugin';
import { echoProvider } from './testing/echo-provider';
import {
  connect,
  dial,
  frameOf,
  makeClientIdentity,
  outcomeOf,
  type ClientIdentity,
  type ConnectOptions,
  type GrpcClient,
} from './testing/grpc-client';

const path = (name: string) => `/test.Exercise/${name}`;
const json = (value: DynamicValue) => JSON.parse(Buffer.from(value.json).toString()) as unknown;
const call = async (client: GrpcClient, name: string, value: Partial<DynamicValue> = {}) =>
  client.call(path(name), DynamicValue, value, DynamicValue);

let built: Built;
let identity: ClientIdentity;
let stranger: ClientIdentity;
beforeAll(() => {
  built = build('exercise-main.ts');
  identity = makeClientIdentity();
  stranger = makeClientIdentity();
});
afterAll(() => built.remove());

describe.each(['node', 'bun'] as const)('under %s', (runtime) => {
  let plugin: ChildPlugin;
  let endpoint: ReturnType<typeof parseHandshake>;
  const clients: GrpcClient[] = [];
  const open = async (options: ConnectOptions = {}) => {
    const client = await connect(endpoint, { server: endpoint.server, identity, ...options });
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    plugin = startPlugin(built.commands[runtime], {
      PLUGIN_CLIENT_CERT: identity.certificate,
      TMPDIR: built.folder,
    });
    endpoint = parseHandshake(await plugin.line);
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });
  afterAll(() => plugin.kill());

  describe('who is let in', () => {
    test.each(['TLSv1.2', 'TLSv1.3'] as const)('the client with the certificate, over %s', async (version) => {
      const client = await open({ version });
      expect(Buffer.from((await call(client, 'Echo', { json: Buffer.from('hello') })).json).toString()).toBe('hello');
    });

    test.each(['TLSv1.2', 'TLSv1.3'] as const)('nobody without a certificate, over %s', async (version) => {
      await expect(connect(endpoint, { server: endpoint.server, version })).rejects.toThrow();
    });

    test.each(['TLSv1.2', 'TLSv1.3'] as const)('nobody with another certificate, over %s', async (version) => {
      const options = { server: endpoint.server, identity: stranger, version };
      await expect(connect(endpoint, options)).rejects.toThrow();
    });

    test('nobody without TLS', async () => {
      await expect(connect(endpoint)).rejects.toThrow();
    });

    test('TLS 1.1 is not spoken', async () => {
      await expect(connect(endpoint, { server: endpoint.server, identity, version: 'TLSv1.1' })).rejects.toThrow(
        /alert protocol version/i,
      );
    });

    test('garbage, half a handshake and another protocol do not disturb the others', async () => {
      const client = await open();
      const known = { rejectUnauthorized: false, cert: identity.certificate, key: identity.key };
      const half = netConnect(dial(endpoint)).on('error', () => undefined);
      half.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
      const garbage = netConnect(dial(endpoint));
      garbage.write(Buffer.alloc(100_000, 0xa5));
      const http1 = tlsConnect({ ...dial(endpoint), ...known });
      http1.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
      const broken = tlsConnect({ ...dial(endpoint), ...known, ALPNProtocols: ['h2'] });
      broken.write(Buffer.alloc(100_000, 0x5a));
      const closed = [garbage, http1, broken].map((socket) => {
        socket.on('error', () => undefined).resume();
        return new Promise((resolve) => socket.on('close', resolve));
      });
      await Promise.all(closed);
      half.destroy();
      expect((await call(client, 'Echo', { json: Buffer.from('1') })).json).toHaveLength(1);
      expect((await call(await open(), 'Echo', { json: Buffer.from('1') })).json).toHaveLength(1);
    });
  });

  describe('calls', () => {
    test('a message of some MiB goes there and back', async () => {
      const msgpack = Buffer.alloc(6_000_000, 'terraform');
      const answer = await call(await open(), 'Echo', { msgpack });
      expect(Buffer.compare(answer.msgpack, msgpack)).toBe(0);
    });

    test('many at once on one connection, each with its own answer', async () => {
      const client = await open();
      const numbers = Array.from({ length: 300 }, (_, i) => i);
      const answers = await Promise.all(numbers.map((i) => call(client, 'Echo', { json: Buffer.from(String(i)) })));
      expect(answers.map(json)).toEqual(numbers);
    });

    test('a connection keeps its identity, another has its own', async () => {
      const [one, two] = [await open(), await open()];
      const [first, again, other] = [
        await call(one, 'Connection'),
        await call(one, 'Connection'),
        await call(two, 'Connection'),
      ];
      expect(json(first)).toBe(json(again));
      expect(json(first)).not.toBe(json(other));
    });

    test('a handler that throws is a gRPC error with its sentence', async () => {
      const outcome = await (await open()).raw(path('Fail'), frameOf(Buffer.alloc(0)));
      expect(outcome).toEqual({ httpStatus: 200, status: 2, message: '100 % wrong: für\nimmer', messages: [] });
    });

    test('what is not implemented says so', async () => {
      const outcome = await (await open()).raw('/tfplugin6.Provider/Dance', frameOf(Buffer.alloc(0)));
      expect(outcome.status).toBe(12);
      expect(outcome.message).toBe('/tfplugin6.Provider/Dance is not implemented by this plugin.');
    });

    test.each([
      [
        'bytes that are no message',
        frameOf(Buffer.from([0xff])),
        13,
        'The request cannot be read: tfplugin6.DynamicValue',
      ],
      ['a compressed message', Buffer.from([1, 0, 0, 0, 0]), 12, 'Compressed messages are not supported'],
      ['a message over the limit', Buffer.from([0, 0xff, 0xff, 0xff, 0xff]), 8, 'over the limit of 268435456 bytes'],
      ['half a message', Buffer.from([0, 0, 0, 0, 9, 1]), 13, 'ends after 6 bytes, inside its message'],
      ['no message', Buffer.alloc(0), 13, 'ends after 0 bytes'],
      [
        'two messages',
        Buffer.concat([frameOf(Buffer.alloc(0)), frameOf(Buffer.alloc(0))]),
        13,
        'more than one message',
      ],
    ])('%s: refused, and served on', async (_, body, status, sentence) => {
      const client = await open();
      const outcome = await client.raw(path('Echo'), body);
      expect(outcome.status).toBe(status);
      expect(outcome.message).toContain(sentence);
      expect((await client.raw(path('Echo'), frameOf(Buffer.alloc(0)))).status).toBe(0);
    });

    test('what is no gRPC call is refused in terms of HTTP', async () => {
      const client = await open();
      expect((await client.raw(path('Echo'), Buffer.alloc(0), { 'content-type': 'text/plain' })).httpStatus).toBe(415);
      expect((await client.raw(path('Echo'), Buffer.alloc(0), { ':method': 'PUT' })).httpStatus).toBe(405);
    });

    test('the health check of go-plugin', async () => {
      const client = await open();
      const service = (name: string) => frameOf(Buffer.concat([Buffer.from([0x0a, name.length]), Buffer.from(name)]));
      const outcome = await client.raw('/grpc.health.v1.Health/Check', service('plugin'));
      expect([outcome.status, outcome.messages[0]]).toEqual([0, Buffer.from([0x08, 0x01])]);
      expect((await client.raw('/grpc.health.v1.Health/Check', service('other'))).status).toBe(5);
    });
  });

  describe('streams', () => {
    const request = (value: object) => frameOf(DynamicValue.encode({ json: Buffer.from(JSON.stringify(value)) }));

    test('any number of messages, in order', async () => {
      const client = await open();
      const outcome = await client.raw(path('Count'), request({ count: 50, size: 10_000 }));
      expect(outcome.status).toBe(0);
      expect(outcome.messages.map((m) => json(DynamicValue.decode(m)))).toEqual(
        Array.from({ length: 50 }, (_, i) => i),
      );
      expect((await client.raw(path('Count'), request({ count: 0 }))).messages).toEqual([]);
    });

    test('an error half way comes after the messages before it', async () => {
      const outcome = await (await open()).raw(path('Count'), request({ count: 2, fail: 1 }));
      expect([outcome.status, outcome.message, outcome.messages.length]).toEqual([2, 'stopped half way', 2]);
    });

    test('a client that does not read is not sent everything', async () => {
      const client = await open();
      const before = json(await call(client, 'Produced')) as number;
      const stream = client.open(path('Count')).pause();
      stream.end(request({ count: 10_000, size: 100_000 }));
      await new Promise((resolve) => stream.once('response', resolve));
      // The producer is asked again as fast as it can go: when two looks find the same number, it stands still.
      let [last, now] = [-1, -2];
      while (last !== now) [last, now] = [now, (json(await call(await open(), 'Produced')) as number) - before];
      expect(now).toBeLessThan(1000);
      stream.close();
    });

    test('go-plugin’s stream of stdout is held open', async () => {
      const client = await open();
      const stdio = client.open('/plugin.GRPCStdio/StreamStdio');
      stdio.end(frameOf(Buffer.alloc(0)));
      const headers = await new Promise((resolve) => stdio.once('response', resolve));
      expect(headers).not.toHaveProperty('grpc-status');
      await call(client, 'Stop');
      await call(client, 'Echo');
      expect(stdio.closed).toBe(false);
      stdio.close();
    });
  });

  describe('calls that end early', () => {
    const aborted = async () => json(await call(await open(), 'Aborted')) as string[];
    const start = (client: GrpcClient) => {
      const stream = client.open(path('Wait'));
      stream.on('error', () => undefined);
      stream.end(frameOf(Buffer.alloc(0)));
      return stream;
    };
    /** The handler runs only when the request is read; a call after it on the same connection is answered later. */
    const settled = (client: GrpcClient) => call(client, 'Echo');

    test('cancelled by the client', async () => {
      const client = await open();
      const before = (await aborted()).length;
      const stream = start(client);
      await settled(client);
      stream.close(8);
      await settled(client);
      expect((await aborted()).slice(before)).toEqual(['the client gave the call up']);
    });

    test('by the end of the connection', async () => {
      const client = await open();
      const before = (await aborted()).length;
      start(client);
      await settled(client);
      await client.close();
      let reasons: string[] = [];
      while (reasons.length === 0) reasons = (await aborted()).slice(before);
      expect(reasons).toHaveLength(1);
    });

    test('stopped: every call of that connection, of no other, and their answers still arrive', async () => {
      const [one, two] = [await open(), await open()];
      const calls = [start(one), start(one)].map(outcomeOf);
      const other = start(two);
      await Promise.all([settled(one), settled(two)]);
      await call(one, 'Stop');
      const outcomes = await Promise.all(calls);
      expect(outcomes.map(({ messages }) => json(DynamicValue.decode(messages[0]!)))).toEqual(
        Array(2).fill('the user asked to stop'),
      );
      await settled(two);
      expect(other.closed).toBe(false);
      other.close(8);
    });
  });

  // Last of all: it ends the plugin.
  test('Shutdown is answered, then the process ends with 0 and its socket is gone', async () => {
    const client = await open();
    const stdio = client.open('/plugin.GRPCStdio/StreamStdio');
    stdio.on('error', () => undefined).end(frameOf(Buffer.alloc(0)));
    const silent = netConnect(dial(endpoint)).on('error', () => undefined);
    await new Promise((resolve) => silent.once('connect', resolve));
    expect(existsSync(endpoint.address)).toBe(true);
    expect((await client.raw('/plugin.GRPCController/Shutdown', frameOf(Buffer.alloc(0)))).status).toBe(0);
    expect(await plugin.ended).toBe(0);
    expect(existsSync(endpoint.address)).toBe(false);
    expect(plugin.stderr()).toBe('shut down\n');
    expect(plugin.stdout().split('\n')).toHaveLength(2);
  });
});

test('the tests’ client is what go-plugin’s is: its certificate is for P-521', () => {
  const text = execFileSync('openssl', ['x509', '-noout', '-text'], {
    input: makeClientIdentity().certificate,
    encoding: 'utf8',
  });
  expect(text).toContain('P-521');
});

test('where there are no unix sockets: the same over TCP on the loopback address', async () => {
  const host = await startHost({
    ...echoProvider,
    log: hclogger('echo', undefined, () => undefined),
    clientCertificate: identity.certificate,
    network: 'tcp',
  });
  try {
    expect(host.endpoint).toMatchObject({
      network: 'tcp',
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown,
    });
    await expect(connect(host.endpoint, { server: host.certificate })).rejects.toThrow();
    const client = await connect(host.endpoint, { server: host.certificate, identity });
    const { request, path: schema, response } = Provider.GetProviderSchema;
    const { resourceSchemas } = await client.call(schema, request, {}, response);
    expect([...resourceSchemas.keys()]).toEqual(['echo_text']);
    await client.close();
  } finally {
    await host.close();
  }
});
