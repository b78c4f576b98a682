import { execFile } from 'node:child_process';
import * as http from 'node:http';
import * as net from 'node:net';
import { promisify } from 'node:util';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeIdentity } from '../framework/plugin/certificate';
import type { Built } from '../framework/plugin/testing/child-plugin';
import { build } from '../framework/plugin/testing/child-plugin';
import type { Exercise } from './testing/exercise-main';
import { FakeApi } from './testing/fake-api';

/** The shipped executable runs on Bun, tests and debugging on Node: both must treat the network alike. */
describe('Node and Bun', () => {
  const server = makeIdentity('server');
  const client = makeIdentity('client');
  const ca = server.certificatePem;
  const closing: (() => unknown)[] = [];
  const servers: FakeApi[] = [];
  let built: Built;
  let cases: [string, Exercise, RegExp][];

  beforeAll(async () => {
    built = build('../../../portal/testing/exercise-main.ts');
    closing.push(() => built.remove());
    const fake = async (options = {}): Promise<FakeApi> => {
      const api = await FakeApi.start(options);
      api.node('gw-a.example.com', 'uid-a');
      servers.push(api);
      closing.push(() => api.close());
      return api;
    };
    const tls = { key: server.keyPem, cert: server.certificatePem };
    const [plain, secure, mutual, hanging, dropping, lost, silent] = [
      await fake(), await fake({ tls }), await fake({ tls: { ...tls, clientCa: client.certificatePem } }), await fake(), await fake(), await fake(), net.createServer((socket) => socket.on('error', () => undefined)),
    ]; // prettier-ignore
    hanging.fault = () => ({ kind: 'hang' });
    dropping.fault = () => ({ kind: 'drop-before' });
    lost.fault = ({ method }) => (method === 'PUT' ? { kind: 'hang-after' } : undefined);
    const held: net.Socket[] = [];
    silent.on('connection', (socket) => held.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closing.push(
      () => new Promise((resolve) => silent.close(resolve)),
      () => held.forEach((socket) => socket.destroy()),
    );
    const proxy = http.createServer().on('connect', (request, socket) => {
      const onward = net.connect(secure.port, '127.0.0.1', () => {
        socket.write(`HTTP/1.1 ${request.url === 'gw-a.example.com:8443' ? '200 OK' : '403 No'}\r\n\r\n`);
        onward.pipe(socket);
        socket.pipe(onward);
      });
      for (const end of [onward, socket]) {
        end.on('error', () => {
          onward.destroy();
          socket.destroy();
        });
      }
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closing.push(
      () => new Promise((resolve) => proxy.close(resolve)),
      () => proxy.closeAllConnections(),
    );
    const caFile = join(built.folder, 'ca.pem');
    writeFileSync(caFile, ca);
    const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`;
    const silentPort = (silent.address() as net.AddressInfo).port;

    cases = [
      ['plain', { host: plain.host }, /^read \{\}$/],
      ['a write', { host: plain.host, write: true }, /^written, version 2$/],
      ['a certificate given', { host: secure.host, tls: { ca } }, /^read/],
      ['SSL_CERT_FILE', { host: secure.host, environment: { SSL_CERT_FILE: caFile } }, /^read/],
      ['not trusted', { host: secure.host }, /^tls: The TLS certificate of localhost:\d+ is not trusted/],
      [
        'another one trusted',
        { host: secure.host, tls: { ca: client.certificatePem } },
        /^tls: The TLS certificate of localhost:\d+ is not trusted/,
      ],
      ['the wrong name', { host: `127.0.0.1:${secure.port}`, tls: { ca } }, /^tls: .* is for another name/],
      ['server_name', { host: `127.0.0.1:${secure.port}`, tls: { ca, serverName: 'localhost' } }, /^read/],
      ['insecure', { host: secure.host, tls: { insecureSkipVerify: true } }, /^read/],
      ['no client certificate', { host: mutual.host, tls: { ca } }, /^tls: .* wants a client certificate/],
      [
        'a client certificate',
        { host: mutual.host, tls: { ca, cert: client.certificatePem, key: client.keyPem } },
        /^read/,
      ],
      ['no TLS at the port', { host: `127.0.0.1:${plain.port}` }, /^tls: .* not in TLS/],
      ['nobody there', { host: 'http://127.0.0.1:1' }, /^unreachable: .*ECONNREFUSED/],
      ['no such name', { host: 'no-such-host.invalid' }, /^unreachable: /],
      [
        'a silent port',
        { host: `127.0.0.1:${silentPort}`, connect: 100 },
        /^unreachable: .*no connection within 0.1 s/,
      ],
      ['no answer', { host: hanging.host, answer: 50 }, /^server: .*no answer within 0.05 s/],
      ['given up', { host: hanging.host, abortAfter: 50 }, /^aborted: enough$/],
      ['cut', { host: dropping.host }, /^server: .*did not answer/],
      [
        'a write given up after it was sent',
        { host: lost.host, write: true, abortAfter: 300 },
        /^unknown-outcome: enough/,
      ],
      [
        'a proxy',
        { host: 'gw-a.example.com:8443', environment: { HTTPS_PROXY }, tls: { ca, serverName: 'localhost' } },
        /^read/,
      ],
      [
        'a proxy that refuses',
        { host: 'gw-b.example.com:8443', environment: { HTTPS_PROXY } },
        /^unreachable: .*answered CONNECT with status 403/,
      ],
    ];
  }, 60_000);

  beforeEach(() => {
    for (const target of servers.flatMap((api) => api.targets)) Object.assign(target, { network: '{}', version: 1 });
  });

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  test.each(['node', 'bun'] as const)(
    '%s',
    async (runtime) => {
      const [command = '', ...args] = built.commands[runtime];
      const { stdout } = await promisify(execFile)(
        command,
        [...args, JSON.stringify(cases.map(([, exercise]) => exercise))],
        {
          env: { PATH: process.env.PATH },
        },
      );
      const results = JSON.parse(stdout) as string[];
      const wrong = cases.flatMap(([name, , wanted], i) =>
        wanted.test(results[i] ?? '') ? [] : [`${name}: ${results[i] ?? 'no result'}`],
      );
      expect(wrong).toEqual([]);
    },
    30_000,
  );
});
