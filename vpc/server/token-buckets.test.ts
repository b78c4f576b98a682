import { TokenBuckets } from './token-buckets';

const takeAll = (buckets: TokenBuckets, action: string, narrow: boolean, now: number): number => {
  let taken = 0;
  while (buckets.take({ action, narrow }, now)) taken += 1;
  return taken;
};

test.each([
  ['AssignPrivateIpAddresses', false, 100, 5],
  ['UnassignPrivateIpAddresses', false, 100, 5],
  ['AssociateAddress', false, 50, 5],
  ['DescribeNetworkInterfaces', true, 100, 20],
  ['DescribeNetworkInterfaces', false, 50, 10],
])('%s (narrow: %s): %d at once, then %d a second', (action, narrow, burst, perSecond) => {
  const buckets = new TokenBuckets();
  expect(takeAll(buckets, action, narrow, 0)).toBe(burst);
  expect(takeAll(buckets, action, narrow, 1000)).toBe(perSecond);
  expect(takeAll(buckets, action, narrow, 1_000_000)).toBe(burst);
});

test('each action has a bucket of its own', () => {
  const buckets = new TokenBuckets();
  takeAll(buckets, 'AssignPrivateIpAddresses', false, 0);
  expect(buckets.take({ action: 'UnassignPrivateIpAddresses', narrow: false }, 0)).toBe(true);
});
