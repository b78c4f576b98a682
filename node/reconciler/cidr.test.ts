import * as fc from 'fast-check';
import { contains, isPrivate, range, toAddress, toNumber } from './cidr';

test('addresses and numbers are the same thing', () => {
  expect(toNumber('255.255.255.255')).toBe(2 ** 32 - 1);
  expect(toAddress(toNumber('10.0.1.50') + 1)).toBe('10.0.1.51');
  fc.assert(fc.property(fc.nat(2 ** 32 - 1), (value) => toNumber(toAddress(value)) === value));
});

test('a range counts from its network address, whatever host bits are given', () => {
  const { first, last } = range('10.0.1.137/25');
  expect([toAddress(first), toAddress(last)]).toEqual(['10.0.1.128', '10.0.1.255']);
  expect(contains('10.0.1.0/24', '10.0.1.255')).toBe(true);
  expect(contains('10.0.1.0/24', '10.0.2.0')).toBe(false);
  expect(contains('0.0.0.0/0', '255.0.0.1')).toBe(true);
  expect(contains('192.0.2.1/32', '192.0.2.2')).toBe(false);
});

test.each([
  ['10.255.255.255', true],
  ['172.31.0.1', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['100.64.0.1', true],
  ['100.128.0.1', false],
  ['52.29.1.2', false],
])('%s is private: %s', (address, expected) => {
  expect(isPrivate(address)).toBe(expected);
});
