import * as fc from 'fast-check';
import { ClusterIp, Ipv4, Ipv4Cidr } from './address';
import { ipv4CidrProblem, ipv4Problem, unusableAsClusterIp } from './ipv4';

test.each([
  ['10.0.1.50', null],
  ['255.255.255.255', null],
  ['10.0.1.50/24', 'prefix length; write 10.0.1.50,'],
  ['10.0.1.050', 'leading zero'],
  ['010.0.1.50', 'leading zero'],
  ['10.0.1.256', '256 is larger than 255'],
  ['10.0.1', 'not an IPv4 address'],
  ['fd00::1', 'IPv6'],
  ['::ffff:10.0.1.50', 'IPv6'],
  ['10.0.1.50 ', 'not an IPv4 address'],
  ['', 'not an IPv4 address'],
  ['gateway', 'not an IPv4 address'],
])('%s as an address', (text, problem) => {
  if (problem === null) expect(ipv4Problem(text)).toBeNull();
  else expect(ipv4Problem(text)).toContain(problem);
});

test.each([
  ['10.0.1.10/24', null],
  ['10.0.1.10', 'lacks its prefix length'],
  ['10.0.1.10/33', 'not a number from 0 to 32'],
  ['10.0.1.10/', 'not a number from 0 to 32'],
  ['10.0.1.010/24', 'leading zero'],
])('%s as an address with prefix', (text, problem) => {
  if (problem === null) expect(ipv4CidrProblem(text)).toBeNull();
  else expect(ipv4CidrProblem(text)).toContain(problem);
});

test.each([
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', '0.0.0.0/8'],
  ['127.0.0.1', 'loopback'],
  ['224.0.0.5', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['169.254.169.254', 'link-local'],
])('%s is no cluster IP', (address, why) => {
  expect(unusableAsClusterIp(address)).toContain(why);
});

test('the provider and the node agree on every text', () => {
  const digits = fc.stringMatching(/^[0-9]{1,4}$/);
  const near = fc
    .tuple(fc.array(digits, { minLength: 3, maxLength: 5 }), fc.constantFrom('', '/24', '/', '/33', ' '))
    .map(([octets, tail]) => octets.join('.') + tail);
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6(), fc.string(), near), (text) => {
      expect(ipv4Problem(text) === null).toBe(Ipv4.safeParse(text).success);
      expect(ipv4CidrProblem(text) === null).toBe(Ipv4Cidr.safeParse(text).success);
      if (ipv4Problem(text) === null)
        expect(unusableAsClusterIp(text) === null).toBe(ClusterIp.safeParse(text).success);
    }),
  );
});
