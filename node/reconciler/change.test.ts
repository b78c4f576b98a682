import { Ec2Error, OsError } from './ports';
import { throttled, unauthorized } from './testing/model';
import { Rig, want } from './testing/rig';

jest.setTimeout(30_000);

const mutations = (rig: Rig) =>
  rig.model.calls
    .filter((c) => ['assign', 'unassign', 'bind', 'unbind'].includes(c.call))
    .map((c) => `${c.call} ${c.addresses.join()}`)
    .filter((line, index, all) => line !== all[index - 1]);

async function holding(address = '10.0.1.50'): Promise<Rig> {
  const rig = new Rig();
  await rig.active(address);
  await rig.clock.advance(2500);
  rig.model.calls.length = 0;
  return rig;
}

test('make before break: the new address is assigned and bound before the old one goes', async () => {
  const rig = await holding();
  rig.node.setDesired(want(2, '10.0.1.51'));
  await rig.clock.advance(400);
  expect(mutations(rig)).toEqual(['assign 10.0.1.51', 'bind 10.0.1.51', 'unbind 10.0.1.50', 'unassign 10.0.1.50']);
  expect(rig.model.ledger.map((e) => e.address)).toEqual(['10.0.1.51']);
  expect(rig.told('applied').at(-1)).toEqual({ type: 'applied', version: 2, nic: 'eth1', address: '10.0.1.51' });
});

test('while the new address waits for EC2, the old one keeps serving', async () => {
  const rig = await holding();
  rig.model.fault('assign', { kind: 'error', error: throttled() }, 5);
  rig.node.setDesired(want(2, '10.0.1.51'));
  for (let second = 0; second < 4; second += 1) {
    await rig.clock.advance(1000);
    if (rig.model.holders('10.0.1.51').length === 0) expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  }
  expect(rig.node.status().interfaces[0]).toMatchObject({
    clusterIP: '10.0.1.51',
    state: 'pending',
    problem: { code: 'throttled', kind: 'retry-later' },
  });
  expect(rig.told('failing')).toEqual([]);
  await rig.clock.advance(120_000);
  expect(rig.secondaries()).toEqual(['10.0.1.51', '10.0.1.77']);
});

test('a full ENI: the old address makes room for the new one', async () => {
  const rig = await holding();
  rig.model.eni('eni-a').limit = 3;
  rig.node.setDesired(want(2, '10.0.1.51'));
  await rig.clock.advance(1000);
  expect(mutations(rig)).toEqual([
    'assign 10.0.1.51',
    'unbind 10.0.1.50',
    'unassign 10.0.1.50',
    'assign 10.0.1.51',
    'bind 10.0.1.51',
  ]);
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 2, address: '10.0.1.51' });
});

test('a full ENI, and the new address refused after all: the old one is put back', async () => {
  const rig = await holding();
  const eni = rig.model.eni('eni-a');
  eni.limit = 3;
  rig.node.setDesired(want(2, '10.0.1.51'));
  await rig.clock.advance(30);
  rig.model.fault('assign', { kind: 'error', error: unauthorized() });
  await rig.clock.advance(2000);
  expect(rig.told('refused')).toMatchObject([{ version: 2, nic: 'eth1', address: '10.0.1.51', code: 'unauthorized' }]);
  expect(rig.secondaries()).toEqual(['10.0.1.50', '10.0.1.77']);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  rig.node.setDesired(want(3, '10.0.1.50'));
  await rig.clock.advance(1000);
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 3, address: '10.0.1.50' });
});

test('a full ENI without anything of ours to release: refused, with the way out', async () => {
  const rig = new Rig();
  rig.model.eni('eni-a').limit = 2;
  await rig.active('10.0.1.50');
  expect(rig.told('refused')).toMatchObject([
    {
      code: 'eni-full',
      message: expect.stringMatching(/10\.0\.1\.50 .*eni-a .*as many addresses.*instance type/) as string,
    },
  ]);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  expect(rig.model.ledger).toEqual([]);
});

test('"full" from EC2 while a release was under way is doubted, not final', async () => {
  const rig = await holding();
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(10);
  const full = new Ec2Error('eni-full', 'ask-a-person', 'PrivateIpAddressLimitExceeded', 'Number of private addresses');
  rig.model.fault('assign', { kind: 'error', error: full });
  rig.node.setDesired({ version: 3, addresses: [{ address: '10.0.1.51', nic: 'eth1', inForce: true }] });
  await rig.clock.advance(1000);
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 3, address: '10.0.1.51' });
});

test('a refused change leaves the old address in force, without a gap', async () => {
  const rig = await holding();
  rig.node.setDesired(want(2, '10.0.1.88'));
  await rig.clock.advance(10_000);
  expect(rig.secondaries()).toEqual(['10.0.1.50', '10.0.1.77']);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  expect(rig.model.count('unassign')).toBe(0);
  expect(rig.model.ledger.map((e) => e.address)).toEqual(['10.0.1.50']);
});

test('release: unbind, then unassign, then forget', async () => {
  const rig = await holding();
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(500);
  expect(mutations(rig)).toEqual(['unbind 10.0.1.50', 'unassign 10.0.1.50']);
  expect(rig.model.ledger).toEqual([]);
  expect(rig.told('applied').at(-1)).toEqual({ type: 'applied', version: 2, nic: 'eth1', address: null });
});

test('"not assigned" is success when releasing', async () => {
  const rig = await holding();
  rig.model.unassign('eni-a', ['10.0.1.50']);
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(500);
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 2, address: null });
  expect(rig.told('failing')).toEqual([]);
  expect(rig.model.ledger).toEqual([]);
});

test('"not assigned" for one of several: each is released alone', async () => {
  const rig = new Rig();
  const addresses = ['10.0.1.50', '10.0.1.51'].map((address) => ({ address, nic: 'eth1' }));
  await rig.node.start();
  rig.node.setRole('active');
  rig.node.setDesired({ version: 1, addresses });
  await rig.clock.advance(3000);
  rig.model.unassign('eni-a', ['10.0.1.50']);
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(500);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  expect(rig.model.ledger).toEqual([]);
});

test('the ENI is gone: so are its addresses', async () => {
  const rig = await holding();
  rig.model.enis.delete('eni-a');
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(500);
  expect(rig.model.ledger).toEqual([]);
});

test('an address that cannot be unbound is unassigned all the same: the kernel’s lifetime ends it', async () => {
  const rig = await holding();
  rig.model.osFault = { call: 'unbind', error: new OsError('failed', 'retry-later', 'no') };
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(1000);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  expect(rig.told('failing')).toMatchObject([{ version: 2, problem: { code: 'os-failed' } }]);
  await rig.clock.advance(6000);
  expect(rig.model.boundNow()).not.toContain('10.0.1.50@eth1');
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 2, address: null });
});

test('a release that IAM forbids is shown and not hammered', async () => {
  const rig = await holding();
  rig.model.fault('unassign', { kind: 'error', error: unauthorized() }, 1000);
  rig.node.setDesired(want(2, '10.0.1.51'));
  await rig.clock.advance(300_000);
  expect(rig.model.count('unassign')).toBe(1);
  expect(rig.node.status().interfaces[0]).toMatchObject({
    eni: 'assigned',
    os: 'bound',
    state: 'failing',
    releasing: ['10.0.1.50'],
    problem: { code: 'unauthorized', kind: 'ask-a-person', address: '10.0.1.50' },
  });
  rig.model.faults.length = 0;
  await rig.clock.advance(400_000);
  expect(rig.secondaries()).toEqual(['10.0.1.51', '10.0.1.77']);
});

test('changes in quick succession end at the last', async () => {
  const rig = await holding();
  for (let version = 2; version <= 9; version += 1) {
    rig.node.setDesired(want(version, `10.0.1.${50 + version}`));
    await rig.clock.advance(version * 7);
  }
  await rig.clock.advance(5000);
  expect(rig.secondaries()).toEqual(['10.0.1.59', '10.0.1.77']);
  expect(rig.model.boundNow().filter((b) => b.includes('10.0.1.5'))).toEqual(['10.0.1.59@eth1']);
  expect(rig.model.ledger.map((e) => e.address)).toEqual(['10.0.1.59']);
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 9 });
});

test('an older version that comes late is ignored', async () => {
  const rig = await holding();
  rig.node.setDesired(want(3, '10.0.1.51'));
  rig.node.setDesired(want(2, '10.0.1.50'));
  await rig.clock.advance(2000);
  expect(rig.secondaries()).toEqual(['10.0.1.51', '10.0.1.77']);
});

test('stop with release leaves nothing, stop with keep leaves the ENI, and the kernel forgets in both', async () => {
  const released = await holding();
  await released.stop('release');
  expect(released.secondaries()).toEqual(['10.0.1.77']);
  const kept = await holding();
  await kept.stop('keep');
  expect(kept.secondaries()).toEqual(['10.0.1.50', '10.0.1.77']);
  for (const rig of [released, kept]) expect(rig.model.boundNow()).not.toContain('10.0.1.50@eth1');
});

test('stop ends in time when EC2 does not answer, and says what it left', async () => {
  const rig = await holding();
  rig.model.fault('unassign', { kind: 'late', afterMs: 1e9 }, 100);
  const start = rig.clock.now();
  let ended = 0;
  void rig.node.stop('release').then(() => (ended = rig.clock.now()));
  await rig.clock.advance(60_000);
  expect(ended - start).toBe(10_000);
  expect(rig.told('log').some((e) => e.type === 'log' && e.message.includes('without having released 10.0.1.50'))).toBe(
    true,
  );
});
