import { handshakeLine, MAGIC_COOKIE, reattachConfig, startedByTerraform } from './handshake';

const endpoint = { network: 'unix', address: '/tmp/plugin-1/socket' } as const;

test('a certificate is base64 without padding, in the sixth field', () => {
  expect(handshakeLine(endpoint, Buffer.from('any carnal pleas'), {})).toBe(
    '1|6|unix|/tmp/plugin-1/socket|grpc|YW55IGNhcm5hbCBwbGVhcw\n',
  );
  expect(handshakeLine(endpoint, Buffer.from([0xfb, 0xff]), {})).toContain('|+/8\n');
});

test('without TLS the sixth field is empty', () => {
  expect(handshakeLine({ network: 'tcp', address: '127.0.0.1:10000' }, undefined, {})).toBe(
    '1|6|tcp|127.0.0.1:10000|grpc|\n',
  );
});

test('a client that can multiplex is told in a seventh field that this plugin does not; another gets no such field', () => {
  expect(handshakeLine(endpoint, undefined, { PLUGIN_MULTIPLEX_GRPC: 'true' })).toMatch(/\|grpc\|\|false\n$/);
  expect(handshakeLine(endpoint, undefined, { PLUGIN_MULTIPLEX_GRPC: '' })).toMatch(/\|grpc\|\n$/);
});

test('Terraform is known by its cookie', () => {
  expect(startedByTerraform({ [MAGIC_COOKIE.name]: MAGIC_COOKIE.value })).toBe(true);
  expect(startedByTerraform({ [MAGIC_COOKIE.name]: 'another' })).toBe(false);
  expect(startedByTerraform({})).toBe(false);
});

test('TF_REATTACH_PROVIDERS', () => {
  expect(JSON.parse(reattachConfig('example.com/ns/name', endpoint, 7))).toEqual({
    'example.com/ns/name': {
      Protocol: 'grpc',
      ProtocolVersion: 6,
      Pid: 7,
      Test: true,
      Addr: { Network: 'unix', String: '/tmp/plugin-1/socket' },
    },
  });
});
