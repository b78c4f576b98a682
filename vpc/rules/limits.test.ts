import { limitsOf } from './limits';

test.each([
  ['t3.medium', 3, 6],
  ['t3.micro', 2, 2],
  ['m4.xlarge', 4, 15],
  ['m5.large', 3, 10],
  ['m5.12xlarge', 8, 30],
  ['c6i.24xlarge', 15, 50],
])('%s: %d ENIs with %d addresses each', (type, enis, addressesPerEni) => {
  expect(limitsOf(type)).toEqual({ enis, addressesPerEni });
});

test.each(['', 't3', 't3.huge', 'constructor.name', 'm5.constructor', 'x'])('no type: %j', (type) => {
  expect(limitsOf(type)).toBeUndefined();
});
