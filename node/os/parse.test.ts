import { parseAddresses, parseDefaultDevice, parseLinks, parseRules } from './parse';

test('addresses: the empty objects that a filter leaves are skipped, for ever is null', () => {
  const json = JSON.stringify([
    {},
    {
      ifname: 'eth1',
      addr_info: [
        {},
        { family: 'inet', local: '10.0.1.10', prefixlen: 24, label: 'eth1', valid_life_time: 4294967295 },
        { family: 'inet', local: '10.0.1.50', prefixlen: 32, label: 'eth1:cip', valid_life_time: 0 },
        { family: 'inet6', local: 'fe80::1', prefixlen: 64 },
      ],
    },
    { ifname: 'eth2' },
  ]);
  expect(parseAddresses(json)).toEqual([
    { address: '10.0.1.10', prefixLength: 24, device: 'eth1', label: 'eth1', validSeconds: null },
    { address: '10.0.1.50', prefixLength: 32, device: 'eth1', label: 'eth1:cip', validSeconds: 0 },
  ]);
});

test('links without a MAC are links; MACs are lower case', () => {
  const json = JSON.stringify([
    { ifindex: 2, ifname: 'tun0', flags: ['POINTOPOINT', 'NOARP', 'UP', 'LOWER_UP'] },
    { ifindex: 3, ifname: 'eth1', address: '02:AB:00:00:00:01', flags: ['NO-CARRIER', 'BROADCAST', 'UP'] },
    {},
  ]);
  expect(parseLinks(json)).toEqual([
    { index: 2, device: 'tun0', up: true },
    { index: 3, device: 'eth1', mac: '02:ab:00:00:00:01', up: false },
  ]);
});

test('the default route with the lowest metric wins; none metric is 0', () => {
  expect(parseDefaultDevice('[{"dev":"eth0","metric":512},{"dev":"eth1","metric":100}]')).toBe('eth1');
  expect(parseDefaultDevice('[{"dev":"eth0","metric":512},{"dev":"eth1"}]')).toBe('eth1');
  expect(parseDefaultDevice('')).toBeNull();
});

test('rules without fields get what the kernel means', () => {
  expect(parseRules('[{"priority":7,"src":"10.0.1.50","table":"7","protocol":"76"},{}]')).toEqual([
    { priority: 7, src: '10.0.1.50', dst: '', iif: '', table: '7', protocol: '76' },
    { priority: 0, src: 'all', dst: '', iif: '', table: 'main', protocol: 'kernel' },
  ]);
});
