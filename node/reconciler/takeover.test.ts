import { Rig, want } from './testing/rig';
import { unauthorized, throttled } from './testing/model';

jest.setTimeout(30_000);

const TWO = { version: 1, addresses: ['10.0.1.50', '10.0.1.51'].map((address) => ({ address, nic: 'eth1' })) };

/** A standby that has known the cluster's addresses for a while; the peer holds them. */
async function standby(desired = TWO, confirmed = true): Promise<Rig> {
  const rig = new Rig();
  rig.members.add('eni-b');
  rig.model.eni('eni-b').secondary.push(...desired.addresses.map((a) => a.address));
  await rig.node.start();
  rig.node.setDesired({ ...desired, addresses: desired.addresses.map((a) => ({ ...a, confirmed })) });
  rig.node.setRole('standby');
  await rig.clock.advance(30_000);
  rig.model.calls.length = 0;
  return rig;
}

test('a standby has everything written down, and neither assigned nor bound', async () => {
  const rig = await standby();
  expect(rig.model.ledger.map((e) => [e.address, e.state])).toEqual([
    ['10.0.1.50', 'confirmed'],
    ['10.0.1.51', 'confirmed'],
  ]);
  expect(rig.told('applied')).toHaveLength(1);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  expect(rig.model.boundNow()).not.toContain('10.0.1.50@eth1');
});

test('takes all addresses of the ENI in one call, nothing asked or written before, and binds at the same time', async () => {
  const rig = await standby();
  const start = rig.clock.now();
  rig.node.setRole('active');
  // Both are on their way before anything else gets its turn.
  expect(rig.model.calls.map((c) => [c.call, c.addresses, c.allowReassignment])).toEqual([
    ['assign', ['10.0.1.50', '10.0.1.51'], true],
    ['bind', ['10.0.1.50', '10.0.1.51'], undefined],
  ]);
  await rig.clock.advance(500);
  expect(rig.model.count('assign')).toBe(1);
  expect(rig.model.calls.filter((c) => c.call === 'describe-eni' && c.at - start < 20)).toEqual([]);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a']);
  expect(rig.model.holders('10.0.1.51')).toEqual(['eni-a']);
  expect(rig.model.boundNow()).toEqual(expect.arrayContaining(['10.0.1.50@eth1', '10.0.1.51@eth1']));
});

test('what was never confirmed is not stolen without a look, not even in a takeover', async () => {
  const rig = await standby(TWO, false);
  rig.model.eni('eni-b').secondary = [];
  rig.model.eni('eni-x').secondary.push('10.0.1.51');
  rig.node.setRole('active');
  await rig.clock.advance(2000);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a']);
  expect(rig.model.holders('10.0.1.51')).toEqual(['eni-x']);
  expect(rig.model.calls.filter((c) => c.allowReassignment === true)).toEqual([]);
});

test('a batch that is refused because of one address is split at once', async () => {
  const rig = await standby();
  rig.model.addEni({ eniId: 'eni-y', primary: '10.0.1.51' });
  rig.model.eni('eni-b').secondary = ['10.0.1.50'];
  const start = rig.clock.now();
  rig.node.setRole('active');
  await rig.clock.advance(100);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a']);
  expect(rig.model.calls.filter((c) => c.call === 'assign').map((c) => [c.at - start, c.addresses])).toEqual([
    [0, ['10.0.1.50', '10.0.1.51']],
    [20, ['10.0.1.50']],
    [20, ['10.0.1.51']],
  ]);
});

test('a throttled takeover is repeated soon, still in one call', async () => {
  const rig = await standby();
  rig.model.fault('assign', { kind: 'error', error: throttled() }, 2);
  rig.node.setRole('active');
  await rig.clock.advance(5000);
  expect(
    rig.model.calls.filter((c) => c.call === 'assign').map((c) => [c.addresses.length, c.allowReassignment]),
  ).toEqual([
    [2, true],
    [2, true],
    [2, true],
  ]);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a']);
});

test('a release that hangs does not hold up the takeover, and its late success is repaired', async () => {
  const rig = await standby();
  rig.node.setRole('active');
  await rig.clock.advance(1000);
  rig.model.fault('unassign', { kind: 'late', afterMs: 4000 });
  rig.node.setRole('standby');
  await rig.clock.advance(100);
  const start = rig.clock.now();
  rig.node.setRole('active');
  await rig.clock.advance(0);
  expect(rig.model.calls.findLast((c) => c.call === 'assign')).toMatchObject({ at: start, allowReassignment: true });
  await rig.clock.advance(4000);
  expect(rig.model.holders('10.0.1.50')).toEqual([]);
  await rig.clock.advance(10_000);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a']);
});

test('what this node held before it stood by is claimed anew: another may have taken it meanwhile', async () => {
  const rig = await standby();
  rig.node.setRole('active');
  await rig.clock.advance(3000);
  rig.model.fault('unassign', { kind: 'error', error: unauthorized() }, 100);
  rig.node.setRole('standby');
  await rig.clock.advance(1000);
  rig.model.assign('eni-b', ['10.0.1.50', '10.0.1.51'], true);
  rig.node.setRole('active');
  await rig.clock.advance(100);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a']);
});

test('giving up the role: refused at the NIC first, then off the ENI, and remembered', async () => {
  const rig = await standby();
  rig.node.setRole('active');
  await rig.clock.advance(3000);
  rig.model.calls.length = 0;
  rig.node.setRole('standby');
  await rig.clock.advance(200);
  const order = rig.model.calls.filter((c) => ['unbind', 'unassign'].includes(c.call)).map((c) => c.call);
  expect(order).toEqual(['unbind', 'unassign']);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  expect(rig.model.ledger).toHaveLength(2);
});

test('a standby never refreshes a binding', async () => {
  const rig = await standby();
  rig.node.setRole('active');
  await rig.clock.advance(3000);
  rig.node.setRole('standby');
  await rig.clock.advance(1000);
  rig.model.calls.length = 0;
  await rig.clock.advance(60_000);
  expect(rig.model.count('bind')).toBe(0);
});

test('an address that the peer took while this node was active is not stolen back', async () => {
  const rig = await standby();
  rig.node.setRole('active');
  await rig.clock.advance(1000);
  rig.model.assign('eni-b', ['10.0.1.50', '10.0.1.51'], true);
  await rig.clock.advance(200_000);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-b']);
  expect(rig.model.boundNow()).not.toContain('10.0.1.50@eth1');
  expect(rig.node.status().interfaces[0]?.problem).toMatchObject({ code: 'taken-by-member', kind: 'ask-a-person' });
  expect(rig.told('failing')).toHaveLength(1);
  rig.node.setRole('standby');
  rig.node.setRole('active');
  await rig.clock.advance(200);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a']);
});

test('a node without a peer asks even for what is confirmed: nobody is there to take over from', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  rig.kill();
  rig.model.unassign('eni-a', ['10.0.1.50']);
  rig.model.assign('eni-x', ['10.0.1.50'], false);
  rig.make();
  await rig.active('10.0.1.50', 1);
  await rig.clock.advance(30_000);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-x']);
  expect(rig.node.status().interfaces[0]).toMatchObject({ state: 'failing', problem: { code: 'held-by-other' } });
});

test('until it has a role, a node neither takes nor gives back what is wanted', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  rig.kill();
  rig.make();
  await rig.node.start();
  rig.node.setDesired(want(1, '10.0.1.50'));
  rig.model.calls.length = 0;
  await rig.clock.advance(60_000);
  expect(rig.model.calls.filter((c) => !['list', 'describe-eni', 'load'].includes(c.call))).toEqual([]);
  expect(rig.secondaries()).toEqual(['10.0.1.50', '10.0.1.77']);
  expect(rig.node.status().role).toBe('undecided');
});

test('a claim that IAM forbids is in trouble, not refused: the address was in force', async () => {
  const rig = await standby();
  rig.model.fault('assign', { kind: 'error', error: unauthorized() }, 100);
  rig.node.setRole('active');
  await rig.clock.advance(60_000);
  expect(rig.told('refused')).toEqual([]);
  expect(rig.told('failing')).toHaveLength(1);
  expect(rig.model.count('assign')).toBe(1);
});
