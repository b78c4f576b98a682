import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import { makeIdentity } from '../framework/plugin/certificate';
import { proxyFor } from './proxy';
import { Transport } from './transport';

describe('which proxy', () => {
  const proxy = 'http://proxy.example.com:3128';
  test.each([
    ['https://api.trustgrid.io/', { HTTPS_PROXY: proxy }, true],
    ['https://api.trustgrid.io/', { https_proxy: 'proxy.example.com:3128' }, true],
    ['https://api.trustgrid.io/', {}, false],
    ['https://api.trustgrid.io/', { HTTPS_PROXY: proxy, NO_PROXY: '*' }, false],
    ['https://api.trustgrid.io/', { HTTPS_PROXY: proxy, NO_PROXY: 'a.example, trustgrid.io' }, false],
    ['https://api.trustgrid.io/', { HTTPS_PROXY: proxy, no_proxy: '.trustgrid.io' }, false],
    ['https://nottrustgrid.io/', { HTTPS_PROXY: proxy, NO_PROXY: 'trustgrid.io' }, true],
    ['https://api.trustgrid.io/', { HTTPS_PROXY: proxy, NO_PROXY: 'api.trustgrid.io:8443' }, true],
    ['https://api.trustgrid.io:8443/', { HTTPS_PROXY: proxy, NO_PROXY: 'api.trustgrid.io:8443' }, false],
    ['https://localhost:8443/', { HTTPS_PROXY: proxy }, false],
    ['https://127.0.0.1/', { HTTPS_PROXY: proxy }, false],
    ['https://[::1]/', { HTTPS_PROXY: proxy }, false],
    ['http://127.0.0.1/', { HTTPS_PROXY: proxy }, false],
    ['https://api.trustgrid.io/', { HTTPS_PROXY: '', https_proxy: proxy }, true],
    ['https://api.trustgrid.io/', { HTTPS_PROXY: proxy, NO_PROXY: '', no_proxy: 'trustgrid.io' }, false],
    ['https://10.1.2.3:8443/', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, false],
    ['https://11.1.2.3:8443/', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, true],
    ['https://[fd00::5]/', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8, fd00::/8' }, false],
    ['https://10.1.2.3/', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/33,10.0.0/8,fd00::/8' }, true],
  ])('%s with %j', (url, environment, used) => {
    expect(proxyFor(new URL(url), environment)?.host ?? null).toBe(used ? 'proxy.example.com:3128' : null);
  });

  test('one that is no URL is refused without showing it', () => {
    const run = (): unknown => proxyFor(new URL('https://api.trustgrid.io'), { HTTPS_PROXY: 'socks5://me:pass@x' });
    expect(run).toThrow(/HTTPS_PROXY is not/);
    expect(run).not.toThrow(/pass/);
  });

  test('a stray % in its password is told, without showing it', () => {
    const run = (): unknown => proxyFor(new URL('https://api.trustgrid.io'), { HTTPS_PROXY: 'http://me:100%sure@x' });
    expect(run).toThrow(/HTTPS_PROXY is not .*%25/);
    expect(run).not.toThrow(/sure/);
  });
});

describe('through a proxy', () => {
  const identity = makeIdentity('server');
  let proxy: http.Server;
  let seen: { url: string | undefined; authorization: string | undefined }[] = [];
  let upstream: https.Server;
  let allow = true;

  const port = (server: net.Server): number => (server.address() as net.AddressInfo).port;

  beforeAll(async () => {
    upstream = https.createServer({ key: identity.keyPem, cert: identity.certificatePem }, (_, response) =>
      response.end('hello'),
    );
    proxy = http.createServer();
    proxy.on('connect', (request, socket) => {
      seen.push({ url: request.url, authorization: request.headers['proxy-authorization'] });
      if (!allow) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const onward = net.connect(port(upstream), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket);
        socket.pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await Promise.all([upstream, proxy].map((s) => new Promise<void>((resolve) => s.listen(0, '127.0.0.1', resolve))));
  });
  afterAll(async () => {
    upstream.closeAllConnections();
    proxy.closeAllConnections();
    await Promise.all([upstream, proxy].map((s) => new Promise((resolve) => s.close(resolve))));
  });
  beforeEach(() => {
    seen = [];
    allow = true;
  });

  function transport(): Transport {
    const environment = { HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${port(proxy)}` };
    return new Transport(
      { tls: { ca: identity.certificatePem, serverName: 'localhost' }, environment },
      { connect: 2_000 },
    );
  }
  const request = (over: object = {}) =>
    ({
      method: 'GET',
      url: new URL('https://gw-a.example.com:8443/x'),
      headers: {},
      signal: new AbortController().signal,
      answerMs: 2_000,
      ...over,
    }) as const;

  test('TLS goes to the server inside, over one kept connection', async () => {
    const t = transport();
    expect(await t.send(request())).toMatchObject({ status: 200, body: 'hello' });
    await t.send(request());
    expect(seen).toEqual([
      { url: 'gw-a.example.com:8443', authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}` },
    ]);
    t.close();
  });

  test('a proxy that refuses is named', async () => {
    allow = false;
    const t = transport();
    await expect(t.send(request())).rejects.toMatchObject({
      reason: 'unreachable',
      sent: false,
      message: expect.stringContaining('status 407') as string,
    });
    t.close();
  });
});
