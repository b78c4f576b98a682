import { OsError } from './ports';
import { throttled, unauthorized, unreachable } from './testing/model';
import { Rig, want } from './testing/rig';
import type { Timing } from './types';

// Hours of virtual time are seconds of a busy machine's.
jest.setTimeout(30_000);

/** Fewer refreshes, so that hours pass quickly. */
const CALM = { refreshMs: 30_000, lifetimeSeconds: 90 };

async function holding(timing: Partial<Timing> = {}): Promise<Rig> {
  const rig = new Rig({ timing });
  await rig.active('10.0.1.50');
  await rig.clock.advance(5000);
  rig.model.calls.length = 0;
  return rig;
}

/** A look at the ENI that does not show the address. */
const without = (rig: Rig) => ({ ...rig.model.view('eni-a'), secondary: ['10.0.1.77'] });
const mutations = (rig: Rig) => rig.model.calls.filter((c) => ['assign', 'unassign'].includes(c.call));

test('at rest, EC2 is asked at most 60 times an hour, and nothing but looks', async () => {
  const rig = await holding(CALM);
  await rig.clock.advance(3_600_000);
  expect(mutations(rig)).toEqual([]);
  expect(rig.model.count('describe-eni')).toBeLessThanOrEqual(60);
  expect(rig.model.count('describe-eni')).toBeGreaterThan(30);
  expect(rig.model.count('save')).toBe(0);
});

test('the lifetime is refreshed every second, and no refresh is ever late', async () => {
  const rig = await holding();
  for (let i = 0; i < 600; i += 1) {
    await rig.clock.advance(100);
    const bound = rig.model.addresses().find((b) => b.address === '10.0.1.50');
    expect(bound?.validSeconds).toBeGreaterThanOrEqual(4);
  }
  expect(rig.model.count('bind')).toBeGreaterThanOrEqual(59);
  expect(rig.model.count('bind')).toBeLessThanOrEqual(61);
});

test('a faster rhythm for a shorter dead-man switch', async () => {
  const rig = new Rig({ timing: { lifetimeSeconds: 2, refreshMs: 500 } });
  await rig.active('10.0.1.50');
  rig.model.calls.length = 0;
  await rig.clock.advance(10_000);
  expect(rig.model.count('bind')).toBeGreaterThanOrEqual(19);
  expect(rig.model.addresses().find((b) => b.address === '10.0.1.50')?.validSeconds).toBe(2);
});

test('a dead node loses its binding by itself', async () => {
  const rig = await holding();
  rig.kill();
  await rig.clock.advance(6000);
  expect(rig.model.boundNow()).not.toContain('10.0.1.50@eth1');
});

test('one address that cannot be refreshed does not take the refresh of the others down', async () => {
  const rig = new Rig();
  const addresses = ['10.0.1.50', '10.0.1.51'].map((address) => ({ address, nic: 'eth1' }));
  await rig.node.start();
  rig.node.setRole('active');
  rig.node.setDesired({ version: 1, addresses });
  await rig.clock.advance(3000);
  rig.model.osFault = { call: 'bind', address: '10.0.1.51', error: new OsError('failed', 'retry-later', 'no') };
  for (let i = 0; i < 100; i += 1) {
    await rig.clock.advance(100);
    expect(rig.model.addresses().find((b) => b.address === '10.0.1.50')?.validSeconds).toBeGreaterThanOrEqual(4);
  }
});

test('an address that another program binds again and again is unbound again in peace, and named', async () => {
  const rig = await holding();
  rig.model.stubborn = '10.0.1.50';
  rig.model.unbindByHand('10.0.1.50');
  rig.model.bindByHand({ address: '10.0.1.50', device: 'eth1' });
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(10_000);
  expect(rig.model.count('unbind')).toBeLessThanOrEqual(11);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  expect(rig.node.status().interfaces[0]).toMatchObject({
    state: 'failing',
    releasing: ['10.0.1.50'],
    problem: { code: 'os-still-bound', message: expect.stringContaining('NetworkManager') as string },
  });
  rig.model.stubborn = null;
  await rig.clock.advance(2000);
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 2, address: null });
});

test('a look that a mutation crossed proves nothing: it may show either side', async () => {
  const rig = await holding();
  const view = without(rig);
  rig.model.fault('describe-eni', { kind: 'stale', view }, 2);
  rig.node.wake();
  const addresses = ['10.0.1.50', '10.0.1.51'].map((address) => ({ address, nic: 'eth1', inForce: true }));
  rig.node.setDesired({ version: 2, addresses });
  await rig.clock.advance(2100);
  expect(rig.model.count('describe-eni')).toBe(2);
  await rig.clock.advance(10_000);
  expect(mutations(rig).flatMap((c) => c.addresses)).toEqual(['10.0.1.51']);
});

test('one stale Describe changes nothing', async () => {
  const rig = await holding();
  rig.model.fault('describe-eni', { kind: 'stale', view: without(rig) });
  rig.node.wake();
  await rig.clock.advance(120_000);
  expect(mutations(rig)).toEqual([]);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  expect(rig.told('failing')).toEqual([]);
});

test('two Describes that agree within moments count as one: they may come from the same stale replica', async () => {
  const rig = await holding();
  rig.model.fault('describe-eni', { kind: 'stale', view: without(rig) }, 2);
  rig.node.wake();
  await rig.clock.advance(100);
  rig.node.wake();
  await rig.clock.advance(100);
  expect(rig.model.count('describe-eni')).toBe(2);
  await rig.clock.advance(120_000);
  expect(mutations(rig)).toEqual([]);
});

test('two agreeing Describes do: taken off the ENI by hand, it comes back, without stealing', async () => {
  const rig = await holding();
  rig.model.unassign('eni-a', ['10.0.1.50']);
  rig.node.wake();
  await rig.clock.advance(1000);
  expect(mutations(rig)).toEqual([]);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  await rig.clock.advance(2000);
  expect(rig.secondaries()).toContain('10.0.1.50');
  expect(mutations(rig).map((c) => c.allowReassignment)).toEqual([false]);
});

test('it comes back without being told to look, within one look and a confirmation', async () => {
  const rig = await holding();
  rig.model.unassign('eni-a', ['10.0.1.50']);
  await rig.clock.advance(70_000);
  expect(rig.secondaries()).toContain('10.0.1.50');
});

test('given to a stranger by hand, it is not taken back, and no longer bound here', async () => {
  const rig = await holding();
  rig.model.assign('eni-x', ['10.0.1.50'], true);
  await rig.clock.advance(80_000);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-x']);
  expect(rig.model.boundNow()).not.toContain('10.0.1.50@eth1');
  expect(rig.told('failing')).toMatchObject([{ problem: { code: 'held-by-other' } }]);
});

test('EC2 said that another has it: not bound, even while nobody can say who', async () => {
  const rig = await holding();
  rig.model.assign('eni-x', ['10.0.1.50'], true);
  rig.model.fault('find-holder', { kind: 'error', error: unreachable() }, 1000);
  await rig.clock.advance(80_000);
  expect(rig.model.boundNow()).not.toContain('10.0.1.50@eth1');
  expect(rig.told('failing')).toMatchObject([{ problem: { code: 'unreachable' } }]);
});

test('taken off the NIC by hand, it is back at once, and the ENI is looked at', async () => {
  const rig = await holding();
  await rig.clock.advance(20_000);
  rig.model.calls.length = 0;
  rig.model.unbindByHand('10.0.1.50');
  await rig.clock.advance(10);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  await rig.clock.advance(100);
  expect(rig.model.count('describe-eni')).toBe(1);
});

test('somebody who removes it over and over does not make EC2 pay for it', async () => {
  const rig = await holding();
  for (let i = 0; i < 100; i += 1) {
    rig.model.unbindByHand('10.0.1.50');
    await rig.clock.advance(600);
  }
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  expect(rig.model.count('describe-eni')).toBeLessThanOrEqual(8);
});

test('EC2 away for an hour: the address stays bound, and calls stay few', async () => {
  const rig = await holding(CALM);
  rig.model.fault('describe-eni', { kind: 'error', error: unreachable() }, 1e6);
  rig.model.fault('assign', { kind: 'error', error: unreachable() }, 1e6);
  for (let minute = 0; minute < 60; minute += 1) {
    await rig.clock.advance(60_000);
    expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  }
  expect(mutations(rig)).toEqual([]);
  expect(rig.model.count('describe-eni')).toBeLessThan(400);
  expect(rig.node.status().interfaces[0]).toMatchObject({
    state: 'applied',
    eni: 'assigned',
    problem: { code: 'unreachable', message: expect.stringContaining('eni-a (eth1) could not be looked at') as string },
  });
});

test('started while EC2 is away: what was confirmed is bound, since the mapping stands without the API', async () => {
  const rig = await holding();
  rig.kill();
  rig.model.reboot();
  for (const call of ['assign', 'describe-eni'] as const) {
    rig.model.fault(call, { kind: 'error', error: unreachable() }, 1e6);
  }
  rig.make();
  await rig.active('10.0.1.50');
  await rig.clock.advance(60_000);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  expect(rig.node.status().interfaces[0]).toMatchObject({ eni: 'unknown', state: 'failing' });
});

test('IAM taken away while holding drops nothing', async () => {
  const rig = await holding(CALM);
  rig.kill();
  for (const call of ['assign', 'unassign', 'describe-eni'] as const) {
    rig.model.fault(call, { kind: 'error', error: unauthorized() }, 1e6);
  }
  rig.make();
  await rig.active('10.0.1.50');
  await rig.clock.advance(3_600_000);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  expect(rig.told('refused')).toEqual([]);
});

test('a listing that fails does not stop the refresh', async () => {
  const rig = await holding();
  rig.model.osFault = { call: 'list', error: new OsError('failed', 'retry-later', 'ip: not found') };
  await rig.clock.advance(60_000);
  expect(rig.model.addresses().find((b) => b.address === '10.0.1.50')?.validSeconds).toBeGreaterThanOrEqual(4);
  expect(rig.node.status().problems).toMatchObject([{ code: 'os-failed' }]);
});

test('an Assign whose answer was lost is repeated, and applied', async () => {
  const rig = new Rig();
  rig.model.fault('assign', { kind: 'lost-answer' });
  await rig.active('10.0.1.50');
  expect(rig.told('applied')).toHaveLength(1);
  expect(rig.model.count('assign')).toBe(2);
});

test('an Unassign whose answer was lost is success the second time', async () => {
  const rig = await holding();
  rig.model.fault('unassign', { kind: 'lost-answer' });
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(2000);
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 2 });
});

test('a given-up Assign that takes effect when nobody wants it any more is undone, and owned until then', async () => {
  const rig = new Rig({ timing: { ec2TimeoutMs: 3000 } });
  rig.model.fault('assign', { kind: 'late', afterMs: 9000 });
  await rig.active('10.0.1.50');
  await rig.clock.advance(2500);
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(1000);
  expect(rig.model.ledger.map((e) => e.address)).toEqual(['10.0.1.50']);
  await rig.clock.advance(4600);
  expect(rig.secondaries()).toContain('10.0.1.50');
  await rig.clock.advance(12_000);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  await rig.clock.advance(10_000);
  expect(rig.model.ledger).toEqual([]);
});

test('a given-up Unassign that takes effect after the address is wanted again is repaired', async () => {
  const rig = await holding();
  rig.model.fault('unassign', { kind: 'late', afterMs: 8000 });
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(1000);
  rig.node.setDesired(want(3, '10.0.1.50'));
  await rig.clock.advance(6000);
  expect(rig.secondaries()).toContain('10.0.1.50');
  await rig.clock.advance(8000);
  expect(rig.secondaries()).toContain('10.0.1.50');
  await rig.clock.advance(20_000);
  expect(rig.secondaries()).toContain('10.0.1.50');
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 3, address: '10.0.1.50' });
});

test('a retry is only made while it is still wanted', async () => {
  const rig = new Rig();
  rig.model.fault('assign', { kind: 'error', error: throttled() });
  await rig.node.start();
  rig.node.setDesired(want(1, '10.0.1.50'));
  rig.node.setRole('active');
  await rig.clock.advance(21);
  rig.node.setRole('standby');
  await rig.clock.advance(60_000);
  expect(rig.model.count('assign')).toBe(1);
});

test('waking looks at once', async () => {
  const rig = await holding();
  rig.node.wake();
  await rig.clock.advance(30);
  expect(rig.model.count('describe-eni')).toBe(1);
});
