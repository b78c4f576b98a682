import { precheck } from './precheck';
import { eth1 } from './testing/rig';

const small = { ...eth1, subnetCidr: '10.0.1.64/28', primary: '10.0.1.70' };

test.each([
  ['10.0.1.64', 'reserved'],
  ['10.0.1.67', 'reserved'],
  ['10.0.1.68', undefined],
  ['10.0.1.70', 'own-primary'],
  ['10.0.1.78', undefined],
  ['10.0.1.79', 'reserved'],
  ['10.0.1.80', 'outside-subnet'],
  ['198.51.100.7', 'public-address'],
])('in 10.0.1.64/28, %s: %s', (address, code) => {
  expect(precheck(address, small)?.code).toBe(code);
});

test('in a subnet of public addresses, its addresses are as good as private ones', () => {
  expect(precheck('198.51.100.7', { ...eth1, subnetCidr: '198.51.100.0/24', primary: '198.51.100.10' })).toBeNull();
});
