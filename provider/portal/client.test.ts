import * as http from 'node:http';
import * as net from 'node:net';
import { makeIdentity } from '../framework/plugin/certificate';
import type { PortalErrorKind } from './portal-error';
import { PortalError } from './portal-error';
import type { PortalSettings } from './settings';
import { FakeApi } from './testing/fake-api';
import { openTestPortal, SECRET } from './testing/open-test-portal';

const never = (): AbortSignal => new AbortController().signal;
const TARGET = { kind: 'node-fqdn', fqdn: 'gw-a.example.com' } as const;
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function fake(...args: Parameters<typeof FakeApi.start>): Promise<FakeApi> {
  const api = await FakeApi.start(...args);
  api.node(TARGET.fqdn, 'uid-a', '{"interfaces":[{"nic":"eth1"}]}');
  closing.push(() => api.close());
  return api;
}

function portal(hosts: readonly string[], ...rest: [Partial<PortalSettings>?, object?]) {
  const opened = openTestPortal(hosts, ...rest);
  closing.push(() => opened.portal.close());
  return opened;
}

async function failure(run: Promise<unknown>): Promise<PortalError> {
  const error: unknown = await run.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(PortalError);
  expect((error as PortalError).message).not.toContain(SECRET);
  return error as PortalError;
}

/** A port that refuses connections. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('what is sent', () => {
  test('the credentials of an API key, and of a JWT', async () => {
    const api = await fake({ authorization: `trustgrid-token terraform:${SECRET}` });
    expect((await portal([api.host]).portal.read(TARGET, never()))?.uid).toBe('uid-a');
    const other = await fake({ authorization: 'Bearer a.b.c' });
    await portal([other.host], { credentials: { kind: 'jwt', jwt: 'a.b.c' } }).portal.read(TARGET, never());
    expect(other.requests[0]).toMatchObject({
      path: '/node/by-fqdn/gw-a.example.com',
      headers: { accept: 'application/json' },
    });
  });

  test('connections are kept', async () => {
    const api = await fake();
    const { portal: p } = portal([api.host]);
    for (let i = 0; i < 5; i++) await p.readFresh(TARGET, never());
    expect(api.connections).toBe(1);
  });

  test('org_id is checked once, before anything else', async () => {
    const api = await fake();
    const { portal: p } = portal([api.host], { orgId: 'org-1' });
    await p.readFresh(TARGET, never());
    await p.readFresh(TARGET, never());
    expect(api.requests.map((r) => r.path).filter((path) => path === '/org/mine')).toHaveLength(1);
    const error = await failure(portal([api.host], { orgId: 'org-2' }).portal.read(TARGET, never()));
    expect(error).toMatchObject({
      kind: 'credentials',
      message: expect.stringContaining('organisation org-1, but org_id is org-2') as string,
    });
  });

  test('org_id is asked of the host that a template makes of the target, once for each', async () => {
    const api = await fake();
    api.node('localhost', 'uid-l');
    const { portal: p } = portal([`http://{node_fqdn}:${api.port}`], { orgId: 'org-1' });
    const local = { kind: 'node-fqdn', fqdn: 'localhost' } as const;
    expect((await p.readFresh(local, never()))?.uid).toBe('uid-l');
    await p.readFresh(local, never());
    await p.read({ kind: 'node-fqdn', fqdn: '127.0.0.1' }, never());
    expect(api.count('GET', '/org/mine')).toBe(2);
    const error = await failure(p.read({ kind: 'node-id', uid: 'uid-l' }, never()));
    expect(error).toMatchObject({ kind: 'settings', message: expect.stringContaining('{node_fqdn}') as string });
  });

  test('org_id is compared with nothing at a daemon that has no organisation, the other host down or not', async () => {
    const api = await fake();
    api.fault = ({ path }) =>
      path === '/org/mine' ? { kind: 'answer', status: 404, body: '{"message":"no organisation"}' } : undefined;
    const hosts = [`http://127.0.0.1:${await freePort()}`, api.host];
    expect(await portal(hosts, { orgId: 'org-1' }).portal.read(TARGET, never())).not.toBeNull();
  });

  test.each(['null', '{"name":"x"}'])('org_id is not compared with an answer that names none: %s', async (body) => {
    const api = await fake();
    api.fault = ({ path }) => (path === '/org/mine' ? { kind: 'answer', status: 200, body } : undefined);
    const error = await failure(portal([api.host], { orgId: 'org-1' }).portal.read(TARGET, never()));
    expect(error).toMatchObject({ kind: 'protocol', message: expect.stringContaining('no "uid"') as string });
  });
});

describe('each failure has its own sentence', () => {
  test.each<[number, string, PortalErrorKind, RegExp]>([
    [401, '{"message":"unknown token"}', 'credentials', /does not accept the credentials.*unknown token.*api_key_id/],
    [403, '', 'forbidden', /do not allow GET \/node\/by-fqdn/],
    [302, '', 'server', /redirection/],
    [201, '{}', 'protocol', /success is 200/],
    [405, '{"message":"no"}', 'server', /status 405: no/],
    [200, 'hello', 'protocol', /not JSON/],
    [200, '[]', 'protocol', /not a JSON object/],
    [200, '{"config":{"network":[]}}', 'protocol', /"network" is not an object/],
  ])('status %d', async (status, body, kind, sentence) => {
    const api = await fake();
    api.fault = () => ({ kind: 'answer', status, body });
    const error = await failure(portal([api.host]).portal.readFresh(TARGET, never()));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(sentence);
  });

  test('404 is no failure of a read', async () => {
    const api = await fake();
    expect(await portal([api.host]).portal.read({ kind: 'node-id', uid: 'nobody' }, never())).toBeNull();
  });

  test.each(['<html>default backend - 404</html>', 'default backend - 404', '404', ''])(
    '404 is not believed of a server that does not speak JSON: %j',
    async (body) => {
      const api = await fake();
      api.fault = () => ({ kind: 'answer', status: 404, body });
      const error = await failure(portal([api.host]).portal.readFresh(TARGET, never()));
      expect(error).toMatchObject({
        kind: 'protocol',
        message: expect.stringMatching(/did not answer as a config API does.*404.*api_host/) as string,
      });
    },
  );

  test.each<[number, string, PortalErrorKind, string[]]>([
    [422, '["interface ip is required","no"]', 'refused', ['interface ip is required', 'no']],
    [422, '', 'refused', []],
    [413, '{"message":"1 MiB at most"}', 'too-large', ['1 MiB at most']],
    [400, '<html>', 'server', []],
  ])('a write with status %d', async (status, body, kind, sentences) => {
    const api = await fake();
    api.fault = ({ method }) => (method === 'PUT' ? { kind: 'answer', status, body } : undefined);
    const error = await failure(
      portal([api.host]).portal.write(TARGET, () => ({ text: '{"x":1}', result: 0 }), never()),
    );
    expect([error.kind, error.sentences]).toEqual([kind, sentences]);
    expect(error.message).not.toContain('<html>');
  });

  test('nobody there', async () => {
    const port = await freePort();
    const error = await failure(portal([`http://127.0.0.1:${port}`]).portal.read(TARGET, never()));
    expect(error).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining(`127.0.0.1:${port} cannot be reached (connect ECONNREFUSED`) as string,
    });
  });

  test('no such name', async () => {
    const error = await failure(portal(['no-such-host.invalid']).portal.read(TARGET, never()));
    expect(error.kind).toBe('unreachable');
  });

  test('a server that takes the connection and says nothing', async () => {
    const silent = net.createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as net.AddressInfo;
    const sockets: net.Socket[] = [];
    silent.on('connection', (s) => sockets.push(s));
    closing.push(
      () => new Promise((resolve) => silent.close(resolve)),
      () => sockets.forEach((s) => s.destroy()),
    );
    const tls = await failure(portal([`127.0.0.1:${port}`], {}, { connect: 50 }).portal.read(TARGET, never()));
    expect(tls).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('no connection within 0.05 s') as string,
    });
    const plain = await failure(portal([`http://127.0.0.1:${port}`], {}, { answer: 20 }).portal.read(TARGET, never()));
    expect(plain).toMatchObject({
      kind: 'server',
      message: expect.stringContaining('no answer within 0.02 s') as string,
    });
  });

  test('an answer that breaks off, and one that is not UTF-8', async () => {
    const server = http.createServer((request, response) => {
      if (request.url?.includes('gw-b') === true) {
        response.end(Buffer.from([0x7b, 0xff, 0x7d]));
        return;
      }
      response.writeHead(200, { 'content-length': 100 });
      response.write('{');
      setImmediate(() => request.socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const host = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
    expect(await failure(portal([host]).portal.read(TARGET, never()))).toMatchObject({ kind: 'server' });
    const text = await failure(portal([host]).portal.read({ kind: 'node-fqdn', fqdn: 'gw-b' }, never()));
    expect(text).toMatchObject({ kind: 'protocol', message: expect.stringContaining('not UTF-8') as string });
  });
});

describe('secrets', () => {
  test('are blotted out of what a server says, and never logged', async () => {
    const api = await fake();
    api.fault = ({ headers }) => ({
      kind: 'answer',
      status: 403,
      body: JSON.stringify({ message: `you sent ${headers.authorization ?? ''}` }),
    });
    const { portal: p, log } = portal([api.host]);
    const error = await failure(p.read(TARGET, never()));
    expect(error.message).toContain('you sent trustgrid-token terraform:(secret)');
    api.fault = () => ({ kind: 'drop-before' });
    await failure(p.readFresh(TARGET, never()));
    expect(log.length).toBeGreaterThan(2);
    expect(log.join('\n')).not.toContain(SECRET);
    expect(log.join('\n')).not.toContain(JSON.stringify(SECRET).slice(1, -1));
  });
});

describe('asking again', () => {
  test.each([429, 500, 502, 503, 504])('a read after status %d', async (status) => {
    const api = await fake();
    api.fault = () => (api.requests.length < 3 ? { kind: 'answer', status } : undefined);
    expect(await portal([api.host]).portal.read(TARGET, never())).not.toBeNull();
    expect(api.requests).toHaveLength(3);
  });

  test('Retry-After is heeded, until the caller gives up', async () => {
    const api = await fake();
    api.fault = () => ({ kind: 'answer', status: 503, headers: { 'retry-after': '3600' } });
    const controller = new AbortController();
    const { portal: p, log } = portal([api.host]);
    const reading = failure(p.readFresh(TARGET, controller.signal));
    while (!log.some((line) => line.includes('asked again'))) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('the user pressed Ctrl-C'));
    expect(await reading).toMatchObject({ kind: 'aborted', message: 'the user pressed Ctrl-C' });
    expect(log.join()).toContain('"wait_ms":60000');
    expect(api.requests).toHaveLength(1);
  });

  test('not for ever', async () => {
    const api = await fake();
    api.fault = () => ({ kind: 'answer', status: 500, body: '{"message":"disk full"}' });
    expect((await failure(portal([api.host]).portal.read(TARGET, never()))).message).toContain('disk full');
    expect(api.requests).toHaveLength(6);
  });

  test('a request in flight ends when the caller gives up', async () => {
    const api = await fake();
    api.fault = () => ({ kind: 'hang' });
    const controller = new AbortController();
    const reading = failure(portal([api.host], {}, { answer: 60_000 }).portal.readFresh(TARGET, controller.signal));
    while (api.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('stop'));
    expect((await reading).kind).toBe('aborted');
  });
});

describe('hosts in order', () => {
  test('one that cannot be reached is passed over, and not asked first again', async () => {
    const api = await fake();
    const dead = `http://127.0.0.1:${await freePort()}`;
    const { portal: p, log } = portal([dead, api.host]);
    await p.readFresh(TARGET, never());
    await p.readFresh(TARGET, never());
    expect(log.filter((line) => line.includes('did not answer'))).toHaveLength(1);
  });

  test('none can be reached: all are named', async () => {
    const [a, b] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const error = await failure(portal([`http://${a}`, `http://${b}`]).portal.read(TARGET, never()));
    expect(error.message).toContain(a);
    expect(error.message).toContain(b);
  });

  test('a host that does not know the target is passed over; gone is what none knows', async () => {
    const [first, second] = [await fake(), await fake()];
    const other = { kind: 'node-fqdn', fqdn: 'gw-b.example.com' } as const;
    second.node(other.fqdn, 'uid-b');
    const { portal: p } = portal([first.host, second.host]);
    expect((await p.read(other, never()))?.uid).toBe('uid-b');
    await p.write(other, () => ({ text: '{"darkMode":true}', result: 0 }), never());
    expect([first.count('PUT'), second.count('PUT')]).toEqual([0, 1]);
    expect(await p.read({ kind: 'node-fqdn', fqdn: 'gw-c.example.com' }, never())).toBeNull();
  });

  test('a node whose own host is down is not taken for gone because another host does not know it', async () => {
    const other = await fake();
    const dead = `http://127.0.0.1:${await freePort()}`;
    const error = await failure(portal([dead, other.host]).portal.read({ kind: 'node-id', uid: 'uid-b' }, never()));
    expect(error).toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/ECONNREFUSED.*knows no \/node\/uid-b/s) as string,
    });
  });

  test('an answer is an answer: no other host is asked', async () => {
    const [first, second] = [await fake(), await fake()];
    first.fault = () => ({ kind: 'answer', status: 401 });
    await failure(portal([first.host, second.host]).portal.read(TARGET, never()));
    expect(second.requests).toHaveLength(0);
  });

  test('a write that may have been executed goes to no other host', async () => {
    const [first, second] = [await fake({ portal: true }), await fake({ portal: true })];
    first.fault = ({ method }) => (method === 'PUT' ? { kind: 'drop-before' } : undefined);
    const writing = portal([first.host, second.host]).portal.write(
      TARGET,
      (text) => ({ text: `${text} `, result: 0 }),
      never(),
    );
    expect((await failure(writing)).kind).toBe('unknown-outcome');
    expect(second.count('PUT')).toBe(0);
    expect(first.count('PUT')).toBe(1);
  });

  test.each(['GET', 'PUT'] as const)(
    'what a member could not pass on to its peer goes to the next host: %s',
    async (method) => {
      const [member, node] = [await fake(), await fake()];
      const headers = { 'tg-not-forwarded': '1' };
      member.fault = () => ({ kind: 'answer', status: 503, headers, body: '{"message":"gw-a is not heard"}' });
      const { portal: both } = portal([member.host, node.host]);
      const names = { node_id: 'uid-a' };
      const path = method === 'PUT' ? '/node/uid-a/config/network' : '/node/uid-a';
      const body = method === 'PUT' ? { body: '{}' } : {};
      expect((await both.call(names, { method, path, ...body }, never())).status).toBe(200);
      const alone = await failure(portal([member.host]).portal.call(names, { method, path, ...body }, never()));
      expect(alone).toMatchObject({ kind: 'unreachable' });
      expect(alone.message).toMatch(
        /could not pass .* on to the other member of its cluster: gw-a is not heard\. Nothing was changed/,
      );
    },
  );

  test.each(['POST', 'PUT', 'DELETE'] as const)(
    '%s that is not answered, or by a gateway, is never sent twice',
    async (method) => {
      const [first, second] = [await fake(), await fake()];
      const { portal: both } = portal([first.host, second.host]);
      const send = () =>
        failure(both.call({ cluster_fqdn: 'x' }, { method, path: '/cluster/x', body: 'null' }, never()));
      first.fault = () => ({ kind: 'drop-after' });
      expect(await send()).toMatchObject({ kind: 'unknown-outcome' });
      first.fault = () => ({ kind: 'answer', status: 503, body: '{"message":"busy"}' });
      expect(await send()).toMatchObject({ kind: 'unknown-outcome' });
      expect(first.count(method)).toBe(2);
      expect(second.requests).toEqual([]);
      expect(first.requests[0]).toMatchObject({ body: 'null' });
      expect(first.requests[0]!.headers['content-type']).toBeUndefined();
    },
  );

  test('a template that asks for what the target does not have is passed over for the others', async () => {
    const api = await fake();
    api.cluster('pair.example.com');
    const { portal: mixed } = portal(['{node_fqdn}:1', api.host]);
    const pair = { kind: 'cluster', fqdn: 'pair.example.com' } as const;
    expect((await mixed.read(pair, never()))?.fqdn).toBe('pair.example.com');
    const { portal: templates } = portal(['http://127.0.0.1:{node_fqdn}']);
    const through = { ...pair, through: ['1', String(api.port)] };
    expect((await templates.read(through, never()))?.fqdn).toBe('pair.example.com');
    expect((await failure(templates.readFresh(pair, never()))).message).toContain('in node_fqdns');
  });

  test('a template is filled in, or says what it lacks', async () => {
    const api = await fake();
    api.node('localhost', 'uid-l');
    const host = `http://{node_fqdn}:${api.port}`;
    expect((await portal([host]).portal.read({ kind: 'node-fqdn', fqdn: 'localhost' }, never()))?.uid).toBe('uid-l');
    const error = await failure(portal([host]).portal.read({ kind: 'node-id', uid: 'uid-l' }, never()));
    expect(error).toMatchObject({ kind: 'settings', message: expect.stringContaining('{node_fqdn}') as string });
  });
});

describe('TLS', () => {
  const server = makeIdentity('server');
  const client = makeIdentity('client');
  const tls = { key: server.keyPem, cert: server.certificatePem };

  test('a certificate that was given is trusted, another is not, and nothing is sent', async () => {
    const api = await fake({ tls });
    expect(
      await portal([api.host], { tls: { ca: server.certificatePem } }).portal.read(TARGET, never()),
    ).not.toBeNull();
    const before = api.requests.length;
    for (const ca of [undefined, client.certificatePem]) {
      const error = await failure(
        portal([api.host], { tls: ca === undefined ? {} : { ca } }).portal.read(TARGET, never()),
      );
      expect(error.kind).toBe('tls');
      expect(error.message).toMatch(/^The TLS certificate of localhost:\d+ is not trusted .*ca_file/);
    }
    expect(api.requests).toHaveLength(before);
  });

  test('SSL_CERT_FILE is honoured; one that cannot be read is named', async () => {
    const fs = await import('node:fs/promises');
    const os = await import('node:os');
    const dir = await fs.mkdtemp(`${os.tmpdir()}/tg-ca-`);
    closing.push(() => fs.rm(dir, { recursive: true }));
    await fs.writeFile(`${dir}/ca.pem`, server.certificatePem);
    const api = await fake({ tls });
    const environment = { SSL_CERT_FILE: `${dir}/ca.pem` };
    expect(await portal([api.host], { environment }).portal.read(TARGET, never())).not.toBeNull();
    const error = await failure(
      portal([api.host], { environment: { SSL_CERT_FILE: `${dir}/none.pem` } }).portal.read(TARGET, never()),
    );
    expect(error.message).toContain('SSL_CERT_FILE names');
  });

  test('the wrong name, and server_name', async () => {
    const api = await fake({ tls });
    const ca = server.certificatePem;
    const byAddress = `127.0.0.1:${api.port}`;
    const error = await failure(portal([byAddress], { tls: { ca } }).portal.read(TARGET, never()));
    expect(error.message).toMatch(/is for another name .*server_name/);
    expect(
      await portal([byAddress], { tls: { ca, serverName: 'localhost' } }).portal.read(TARGET, never()),
    ).not.toBeNull();
  });

  test('insecure_skip_verify', async () => {
    const api = await fake({ tls });
    expect(await portal([api.host], { tls: { insecureSkipVerify: true } }).portal.read(TARGET, never())).not.toBeNull();
  });

  test('a client certificate', async () => {
    const api = await fake({ tls: { ...tls, clientCa: client.certificatePem } });
    const ca = server.certificatePem;
    const error = await failure(portal([api.host], { tls: { ca } }).portal.read(TARGET, never()));
    expect(error).toMatchObject({ kind: 'tls', message: expect.stringContaining('client certificate') as string });
    const shown = { ca, cert: client.certificatePem, key: client.keyPem };
    expect(await portal([api.host], { tls: shown }).portal.read(TARGET, never())).not.toBeNull();
  });

  test('a server that speaks no TLS', async () => {
    const api = await fake();
    const error = await failure(portal([`127.0.0.1:${api.port}`]).portal.read(TARGET, never()));
    expect(error).toMatchObject({ kind: 'tls', message: expect.stringContaining('not in TLS') as string });
  });
});
