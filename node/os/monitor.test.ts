import { classify } from './monitor';

test.each([
  [
    '3: eth1    inet 10.0.1.50/32 scope global dynamic eth1:cip\\       valid_lft 10sec preferred_lft 10sec',
    'own-refresh',
  ],
  [
    'Deleted 3: eth1    inet 10.0.1.50/32 scope global dynamic eth1:cip\\       valid_lft 0sec preferred_lft 0sec',
    'address',
  ],
  ['3: eth1    inet 10.0.1.60/32 scope global eth1\\       valid_lft forever preferred_lft forever', 'address'],
  ['3: eth1    inet6 fe80::1/64 scope link \\       valid_lft forever preferred_lft forever', null],
  [
    '3: eth1@vpc1: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default \\    link/ether 02:00',
    'link',
  ],
  ['Deleted 7003:\tfrom 10.0.1.50 lookup 7003 proto 76 ', 'rule'],
  ['7003:\tfrom all lookup main ', 'rule'],
  ['default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.10 metric 100 ', 'route'],
  ['Deleted default via 10.0.0.1 dev eth0 ', 'route'],
  ['default via 10.0.1.1 dev eth1 table 7003 onlink ', null],
  ['default via fe80::1 dev eth0 proto ra metric 100 pref medium', null],
  ['local 10.0.1.50 dev eth1 table local proto kernel scope host src 10.0.1.50 ', null],
  ['Timestamp: Mon Nov 23', null],
])('%s', (line, event) => {
  expect(classify(line)).toBe(event);
});
