import { Rig, want } from './testing/rig';

test('acquires, confirms and binds an address', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  expect(rig.secondaries()).toEqual(['10.0.1.50', '10.0.1.77']);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  expect(rig.told('applied')).toEqual([{ type: 'applied', version: 1, nic: 'eth1', address: '10.0.1.50' }]);
  rig.node.setDesired(want(2, '10.0.1.51'));
  await rig.clock.advance(1000);
  expect(rig.secondaries()).toEqual(['10.0.1.51', '10.0.1.77']);
  rig.node.setDesired(want(3, null));
  await rig.clock.advance(1000);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  expect(rig.model.ledger).toEqual([]);
});
