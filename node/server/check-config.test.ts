import type { Interface, NetworkConfig } from '@tg/api';
import type { NicContext } from '../reconciler/types';
import { checkConfig } from './check-config';
import type { NodeFacts } from './node-facts';

const nic = (name: string, subnetCidr: string, primary: string): NicContext => ({
  nic: name,
  device: name,
  eniId: `eni-${name}`,
  subnetId: 'subnet-1',
  subnetCidr,
  primary,
  policy: null,
});
const facts: NodeFacts = {
  devices: ['lo', 'eth0', 'eth1', 'eth2'],
  nics: [nic('eth0', '10.0.0.0/24', '10.0.0.10'), nic('eth1', '10.0.1.0/24', '10.0.1.10')],
  failures: new Map([
    ['eth2', { message: 'IMDS does not answer.', certain: false }],
    ['lo', { message: 'No ENI belongs to lo.', certain: true }],
  ]),
};
const config = (...interfaces: Interface[]): NetworkConfig => ({ interfaces });
const check = (entry: Interface, before: NetworkConfig = {}) => checkConfig(config(entry), before, facts);
const eth1 = (clusterIP: string): Interface => ({ nic: 'eth1', clusterIP });

test.each<[string, Interface, string, RegExp]>([
  [
    "the NIC's own primary",
    eth1('10.0.1.10'),
    'own-primary',
    /10\.0\.1\.10 is the primary address of eni-eth1 \(eth1\)/,
  ],
  [
    'the primary of another NIC of the node',
    eth1('10.0.0.10'),
    'own-primary',
    /primary address of eth0 \(eni-eth0\) of this node/,
  ],
  ['the network address', eth1('10.0.1.0'), 'reserved', /reserved by AWS in 10\.0\.1\.0\/24/],
  ["AWS's router", eth1('10.0.1.1'), 'reserved', /from 10\.0\.1\.4 to 10\.0\.1\.254/],
  ['the third address', eth1('10.0.1.3'), 'reserved', /reserved/],
  ['the broadcast address', eth1('10.0.1.255'), 'reserved', /reserved/],
  ['outside the subnet', eth1('10.0.2.50'), 'outside-subnet', /outside 10\.0\.1\.0\/24, the subnet of eth1/],
  ['a public address', eth1('54.1.2.3'), 'public-address', /54\.1\.2\.3 is not a private address.*Elastic IP/],
  [
    'an unknown NIC',
    { nic: 'eth9', clusterIP: '10.0.1.50' },
    'nic-unknown',
    /nic eth9 does not exist on this node; it has lo, eth0, eth1, eth2/,
  ],
  ['an unknown NIC without cluster IP', { nic: 'eth9', mtu: 1500 }, 'nic-unknown', /eth9/],
  ['a NIC without ENI', { nic: 'lo', clusterIP: '10.0.1.50' }, 'nic-unknown', /No ENI belongs to lo/],
])('%s is an error', (_, entry, code, sentence) => {
  const findings = check(entry);
  expect(findings).toEqual([expect.objectContaining({ severity: 'error', code, nic: entry.nic })]);
  expect(findings[0]?.message).toMatch(sentence);
});

test('a free address of the subnet is fine, the last usable one too', () => {
  expect(check(eth1('10.0.1.50'))).toEqual([]);
  expect(check(eth1('10.0.1.4'))).toEqual([]);
  expect(check(eth1('10.0.1.254'))).toEqual([]);
  expect(check({ nic: 'eth1', clusterIP: '' })).toEqual([]);
});

test('what cannot be checked is a warning that says why', () => {
  expect(check({ nic: 'eth2', clusterIP: '10.0.2.50' })).toEqual([
    {
      severity: 'warning',
      code: 'not-checked',
      nic: 'eth2',
      field: 'clusterIP',
      message: 'cluster_ip 10.0.2.50 could not be checked against the subnet of eth2: IMDS does not answer.',
    },
  ]);
});

test('a NIC name without room for the label is refused', () => {
  const long = 'enp0s31f6np0';
  const findings = checkConfig(config({ nic: long, clusterIP: '10.0.1.50' }), {}, { ...facts, devices: [long] });
  expect(findings).toEqual([expect.objectContaining({ severity: 'error', code: 'nic-name-too-long' })]);
});

test('what was there before is not judged again', () => {
  const old: Interface = { nic: 'gone', clusterIP: '10.9.9.9' };
  expect(checkConfig(config(old, eth1('10.0.1.50')), config(old), facts)).toEqual([]);
  expect(check({ nic: 'eth1', clusterIP: '10.0.9.9', mtu: 1500 }, config(eth1('10.0.9.9')))).toEqual([]);
});

test('NICs that could not be listed are not called unknown', () => {
  expect(checkConfig(config(eth1('10.0.1.50')), {}, { ...facts, devices: null })).toEqual([]);
});
