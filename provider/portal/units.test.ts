import * as fc from 'fast-check';
import { endpointsOf, hostProblem, HostTemplateError } from './endpoint';
import { parseDocument } from './document';
import { oneLine, redactor } from './redact';
import { backoffMs, retryAfterMs } from './retry';

describe('api_host', () => {
  test.each([
    'api.trustgrid.io',
    'gw-a:8443',
    '10.0.1.10:8443',
    '[fd00::1]:8443',
    '{node_fqdn}:8443',
    'https://gw-a:8443',
    'http://127.0.0.1:1',
    'http://localhost',
    'http://[::1]:8080',
    '{node_id}.nodes.example.com',
  ])('%s is one', (host) => {
    expect(hostProblem(host)).toBeNull();
  });

  test.each([
    ['http://gw-a.example.com', 'unencrypted'],
    ['http://{node_fqdn}', 'unencrypted'],
    ['http://127.0.0.1.evil.example', 'unencrypted'],
    ['ftp://gw-a', 'not a host'],
    ['gw-a/path', 'behind the host'],
    ['gw-a?x=1', 'behind the host'],
    ['user:pw@gw-a', 'user name'],
    ['{fqdn}:8443', '{fqdn}, which stands for nothing'],
    ['gw a', 'not a host'],
    ['', 'not a host'],
    ['gw-a:99999', 'not a host'],
  ])('%s is not', (host, why) => {
    expect(hostProblem(host)).toContain(why);
  });

  test('placeholders are filled in', () => {
    const urls = endpointsOf(['{node_fqdn}:8443', 'api.trustgrid.io'], { node_fqdn: 'gw-a.example.com' });
    expect(urls.map(String)).toEqual(['https://gw-a.example.com:8443/', 'https://api.trustgrid.io/']);
    expect(() => endpointsOf(['{cluster_fqdn}'], { node_fqdn: 'x' })).toThrow(HostTemplateError);
    expect(() => endpointsOf(['{node_fqdn}'], { node_fqdn: 'a/b' })).toThrow(HostTemplateError);
    expect(() => endpointsOf(['http://{node_fqdn}'], { node_fqdn: 'gw-a' })).toThrow('unencrypted');
  });
});

test('Retry-After in seconds and as a date', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(retryAfterMs('7', now)).toBe(7_000);
  expect(retryAfterMs('Mon, 23 Nov 2026 12:00:05 GMT', now)).toBe(5_000);
  expect(retryAfterMs('Mon, 23 Nov 2026 11:00:00 GMT', now)).toBe(0);
  expect(retryAfterMs('99999', now)).toBe(60_000);
  expect(retryAfterMs('soon', now)).toBeNull();
  expect(retryAfterMs(undefined, now)).toBeNull();
});

test('back-off doubles, is bounded, and jitters', () => {
  expect([1, 2, 3, 9].map((n) => backoffMs(n, 100, 1_000, () => 0))).toEqual([50, 100, 200, 500]);
  expect(backoffMs(1, 100, 1_000, () => 1)).toBe(100);
});

test('no form of a secret survives', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (secret, before, after) => {
      const blot = redactor({ credentials: { kind: 'key', id: 'k', secret }, tls: {} });
      fc.pre(!'(secret)'.includes(secret));
      for (const form of [secret, JSON.stringify(secret).slice(1, -1)])
        expect(blot(`${before}§${form}§${after}`)).not.toContain(`§${form}§`);
    }),
  );
});

test('a server cannot steer the terminal', () => {
  expect(oneLine('a\u001b[31mb\r\nc')).toBe('a [31mb c');
  expect(oneLine('x'.repeat(1000))).toHaveLength(601);
});

test('a document keeps its network config byte for byte', () => {
  const network = '{ "interfaces" : [ ], "n":1.00 }';
  const body = `{"uid":"u","fqdn":"f","cluster":null,"config":{"a":1,"network": ${network} }}`;
  expect(parseDocument(body, 'node f')).toMatchObject({ uid: 'u', fqdn: 'f', cluster: null, network, heartbeat: '{}' });
  expect(parseDocument('{"config":{"network":null}}', 'x').network).toBe('{}');
  expect(parseDocument('{}', 'x')).toEqual({
    uid: null,
    fqdn: null,
    cluster: null,
    network: '{}',
    heartbeat: '{}',
    fields: {},
  });
  expect(() => parseDocument('{"config":1}', 'node f')).toThrow('"config" is not an object');
});
