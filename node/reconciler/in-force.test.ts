/** What is in force stays in force: no single error, lost ledger or refused move takes it away. */
import { OsError } from './ports';
import { unauthorized } from './testing/model';
import { eth1, eth2, Rig, want } from './testing/rig';

const inForce = { version: 1, addresses: [{ address: '10.0.1.50', nic: 'eth1', inForce: true }] };

test.each(['intent', 'lost'])(
  'with the ledger at %s, one permission error is trouble, not a refusal',
  async (ledger) => {
    const rig = new Rig({ timing: { refreshMs: 30_000, lifetimeSeconds: 90 } });
    await rig.active('10.0.1.50');
    rig.kill();
    rig.model.reboot();
    rig.model.ledger = rig.model.ledger.flatMap((e) => (ledger === 'lost' ? [] : { ...e, state: 'intent' as const }));
    rig.events.length = 0;
    rig.make();
    rig.model.fault('assign', { kind: 'error', error: unauthorized() });
    await rig.node.start();
    rig.node.setDesired(inForce);
    rig.node.setRole('active');
    await rig.clock.advance(60_000);
    expect(rig.told('refused')).toEqual([]);
    expect(rig.told('failing')).toMatchObject([{ problem: { code: 'unauthorized' } }]);
    expect(rig.secondaries()).toContain('10.0.1.50');
    rig.node.wake();
    await rig.clock.advance(5000);
    expect(rig.told('applied')).toHaveLength(1);
    expect(rig.model.ledger).toMatchObject([{ address: '10.0.1.50', state: 'confirmed' }]);
    expect(rig.model.count('unassign')).toBe(0);
  },
);

test('applied is told only when the ledger durably says confirmed', async () => {
  const rig = new Rig();
  await rig.node.start();
  rig.node.setDesired(want(1, '10.0.1.50'));
  rig.node.setRole('active');
  while (rig.model.ledger.length === 0) await rig.clock.advance(1);
  rig.model.ledgerFault = new Error('ENOSPC');
  await rig.clock.advance(5000);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  expect(rig.told('applied')).toEqual([]);
  expect(rig.node.status().interfaces[0]).toMatchObject({ state: 'pending', problem: { code: 'ledger' } });
  rig.model.ledgerFault = null;
  await rig.clock.advance(60_000);
  expect(rig.told('applied')).toHaveLength(1);
});

test('what was seen on the ENI before its Assign could go out is confirmed all the same, and comes off at the end', async () => {
  const rig = new Rig();
  rig.model.assign('eni-a', ['10.0.1.50'], false);
  rig.model.ledgerFault = new Error('ENOSPC');
  await rig.node.start();
  rig.node.setDesired(inForce);
  rig.node.setRole('active');
  await rig.clock.advance(6000);
  rig.model.ledgerFault = null;
  await rig.clock.advance(60_000);
  expect(rig.model.ledger).toMatchObject([{ address: '10.0.1.50', state: 'confirmed' }]);
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(5000);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
});

/** eth1 and eth2 of one node, with room for so many secondary addresses of ours each. */
function twoNics(room: [number, number]): Rig {
  const rig = new Rig();
  rig.nics = [eth1, eth2];
  rig.members = new Set(['eni-a', 'eni-a2']);
  rig.model.eni('eni-a').limit = 2 + room[0];
  rig.model.addEni({ eniId: 'eni-a2', primary: '10.0.1.12', limit: 1 + room[1] });
  rig.make();
  return rig;
}

const mutations = (rig: Rig) => rig.model.calls.filter((c) => c.call === 'assign' || c.call === 'unassign').length;

test('two full NICs swap their addresses, in a bounded number of calls', async () => {
  const rig = twoNics([1, 1]);
  await rig.node.start();
  rig.node.setRole('active');
  const pair = (first: string, second: string, version: number) => ({
    version,
    addresses: [
      { address: first, nic: 'eth1' },
      { address: second, nic: 'eth2' },
    ],
  });
  rig.node.setDesired(pair('10.0.1.50', '10.0.1.51', 1));
  await rig.clock.advance(5000);
  rig.model.calls.length = 0;
  rig.node.setDesired(pair('10.0.1.51', '10.0.1.50', 2));
  await rig.clock.advance(30_000);
  expect(rig.secondaries('eni-a')).toEqual(['10.0.1.51', '10.0.1.77']);
  expect(rig.secondaries('eni-a2')).toEqual(['10.0.1.50']);
  expect(rig.told('refused')).toEqual([]);
  expect(mutations(rig)).toBeLessThanOrEqual(16);
});

test('a move that the other NIC refuses leaves the address where it was', async () => {
  const rig = twoNics([1, 0]);
  await rig.active('10.0.1.50');
  rig.node.setDesired(want(2, '10.0.1.50', 'eth2'));
  await rig.clock.advance(30_000);
  expect(rig.told('refused')).toMatchObject([{ nic: 'eth2', code: 'eni-full' }]);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a']);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  expect(rig.model.count('unassign')).toBe(0);
});

test('a bind to be tried again at once is, a few times', async () => {
  const rig = new Rig({ timing: { refreshMs: 10_000, lifetimeSeconds: 30 } });
  rig.model.osFault = { call: 'bind', error: new OsError('failed', 'retry-now', 'busy') };
  await rig.active('10.0.1.50');
  const tries = rig.model.count('bind');
  expect(tries).toBe(4);
  rig.model.osFault = null;
  await rig.clock.advance(10_000);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
});
