import fc from 'fast-check';
import { contains, formatAddress, isReserved, overlap, parseAddress, parseBlock } from './cidr';

test('an address survives the way to a number and back', () => {
  fc.assert(fc.property(fc.ipV4(), (text) => formatAddress(parseAddress(text) ?? -1) === text));
});

test.each(['', '10.0.1', '10.0.1.256', '010.0.0.1', '0x0a.0.0.1', '10.0.1.1 ', '::1', '10.0.1.1/32'])(
  '%j is no address',
  (text) => {
    expect(parseAddress(text)).toBeNull();
  },
);

test.each(['10.0.1.0', '10.0.1.1/24', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/8/8', 'x/24'])(
  '%j is no block',
  (text) => {
    expect(parseBlock(text)).toBeNull();
  },
);

test('a block: its ends, what is reserved, what overlaps', () => {
  const block = parseBlock('10.0.1.0/24');
  if (!block) throw new Error('10.0.1.0/24 is a block');
  const at = (text: string) => parseAddress(text) ?? -1;
  expect([contains(block, at('10.0.1.255')), contains(block, at('10.0.2.0'))]).toEqual([true, false]);
  const reserved = Array.from({ length: 256 }, (_, last) => last).filter((last) =>
    isReserved(block, block.first + last),
  );
  expect(reserved).toEqual([0, 1, 2, 3, 255]);
  const other = (text: string) => overlap(block, parseBlock(text) ?? { first: -1, last: -1, prefixLength: 0 });
  expect([other('10.0.1.128/25'), other('10.0.0.0/16'), other('10.0.2.0/24')]).toEqual([true, true, false]);
});
