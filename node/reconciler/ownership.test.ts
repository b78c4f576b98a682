import { throttled } from './testing/model';
import { eth2, Rig, want } from './testing/rig';

jest.setTimeout(30_000);

const FOREIGN = ['10.0.1.77'];

test('other secondary addresses of the ENI and the NIC stay as they are, whatever happens', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  for (const [version, address] of [
    [2, '10.0.1.51'],
    [3, null],
    [4, '10.0.1.52'],
  ] as const) {
    rig.node.setDesired(want(version, address));
    await rig.clock.advance(3000);
    expect(rig.secondaries()).toEqual([...(address === null ? [] : [address]), ...FOREIGN]);
    expect(rig.model.boundNow()).toEqual(expect.arrayContaining(['10.0.1.77@eth1', '10.0.1.10@eth1']));
  }
  await rig.stop('release');
  const touched = rig.model.calls.filter((c) => ['assign', 'unassign', 'bind', 'unbind'].includes(c.call));
  expect(touched.flatMap((c) => c.addresses)).not.toEqual(expect.arrayContaining(FOREIGN));
  expect(rig.secondaries()).toEqual(FOREIGN);
});

test('a foreign address that looks like one of ours stays: same subnet, /32, on our NIC, another label', async () => {
  const rig = new Rig();
  rig.model.bindByHand({ address: '10.0.1.78', device: 'eth1', label: 'eth1:vip' });
  rig.model.assign('eni-a', ['10.0.1.78'], false);
  await rig.active(null);
  await rig.clock.advance(10_000);
  expect(rig.model.boundNow()).toContain('10.0.1.78@eth1');
  expect(rig.secondaries()).toContain('10.0.1.78');
});

test('our address is ours under any label, on any NIC, with any prefix length', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  rig.kill();
  rig.model.reboot();
  rig.model.bindByHand({ address: '10.0.1.50', device: 'eth0', label: 'eth0' });
  rig.model.bindByHand({ address: '10.0.1.50', device: 'eth1', label: 'eth1:other', prefixLength: 24 });
  rig.make();
  await rig.active(null, 2);
  await rig.clock.advance(3000);
  expect(rig.model.boundNow().filter((b) => b.startsWith('10.0.1.50@'))).toEqual([]);
  expect(rig.model.holders('10.0.1.50')).toEqual([]);
});

test('held, it is unbound where it does not belong, and kept where another actor bound it rightly', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  rig.model.bindByHand({ address: '10.0.1.50', device: 'eth0' });
  await rig.clock.advance(2000);
  expect(rig.model.boundNow().filter((b) => b.startsWith('10.0.1.50@'))).toEqual(['10.0.1.50@eth1']);
});

test('with the ledger lost, the label tells: adopted, then released at NIC and ENI when not wanted', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  rig.kill();
  rig.model.ledger = [];
  rig.make();
  await rig.active(null, 2);
  await rig.clock.advance(2000);
  expect(rig.secondaries()).toEqual(FOREIGN);
  expect(rig.model.boundNow()).not.toContain('10.0.1.50@eth1');
});

test('our label on a NIC that this node no longer knows: unbound', async () => {
  const rig = new Rig();
  rig.model.bindByHand({ address: '10.0.1.50', device: 'eth7', label: 'eth7:cip' });
  await rig.active(null);
  expect(rig.model.boundNow()).not.toContain('10.0.1.50@eth7');
});

test('not even our label makes the primary address ours', async () => {
  const rig = new Rig();
  rig.model.bindByHand({ address: '10.0.1.10', device: 'eth1', label: 'eth1:cip' });
  await rig.active(null);
  await rig.clock.advance(5000);
  expect(rig.model.calls.filter((c) => ['unbind', 'unassign'].includes(c.call))).toEqual([]);
});

test('an intent that EC2 never heard of is forgotten without a word to EC2', async () => {
  const rig = new Rig();
  await rig.node.start();
  rig.node.setRole('active');
  rig.node.setDesired(want(1, '10.0.1.50'));
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(5000);
  expect(rig.model.count('unassign')).toBe(0);
  expect(rig.model.ledger).toEqual([]);
});

test('the first Assign waits until the intent is on disk', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  const order = rig.model.calls.map((c) => c.call);
  expect(order.indexOf('save')).toBeLessThan(order.indexOf('assign'));
  const { at: saved } = rig.model.calls.find((c) => c.call === 'save')!;
  expect(rig.model.calls.find((c) => c.call === 'assign')!.at).toBeGreaterThan(saved);
});

test('nothing is bound before EC2 says that a new address is ours', async () => {
  const rig = new Rig();
  rig.model.latencyMs = 2000;
  await rig.active('10.0.1.50');
  expect(rig.model.boundNow()).not.toContain('10.0.1.50@eth1');
  await rig.clock.advance(4000);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
});

test('a first acquisition takes nothing from a stranger, and names it', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.88');
  expect(rig.model.holders('10.0.1.88')).toEqual(['eni-x']);
  expect(rig.model.calls.filter((c) => c.call === 'assign').map((c) => c.allowReassignment)).toEqual([false]);
  expect(rig.told('refused')).toEqual([
    {
      type: 'refused',
      version: 1,
      nic: 'eth1',
      address: '10.0.1.88',
      code: 'held-by-other',
      message: expect.stringMatching(
        /10\.0\.1\.88 is held by eni-x \(instance i-eni-x\), which is no member/,
      ) as string,
    },
  ]);
});

test('a first acquisition takes from a member, once Describe shows that it holds it', async () => {
  const rig = new Rig();
  rig.members.add('eni-b');
  rig.model.assign('eni-b', ['10.0.1.50'], false);
  await rig.active('10.0.1.50');
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a']);
  const calls = rig.model.calls.filter((c) => ['assign', 'find-holder'].includes(c.call));
  expect(calls.map((c) => c.allowReassignment ?? c.call)).toEqual([false, 'find-holder', true]);
});

test('a permission to reassign is used once: who holds it is looked up anew for the next try', async () => {
  const rig = new Rig();
  rig.members.add('eni-b');
  rig.model.assign('eni-b', ['10.0.1.50'], false);
  await rig.node.start();
  rig.node.setRole('active');
  rig.node.setDesired(want(1, '10.0.1.50'));
  await rig.clock.advance(30);
  rig.model.fault('assign', { kind: 'error', error: throttled() });
  await rig.clock.advance(40);
  expect(rig.model.calls.filter((c) => c.call === 'assign').map((c) => c.allowReassignment)).toEqual([false, true]);
  rig.model.assign('eni-x', ['10.0.1.50'], true);
  await rig.clock.advance(10_000);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-x']);
  expect(rig.told('refused')).toMatchObject([{ code: 'held-by-other' }]);
});

test('a port that breaks its word about errors does not break the loop', async () => {
  const rig = new Rig();
  rig.members.add('eni-b');
  rig.model.assign('eni-b', ['10.0.1.50'], false);
  rig.model.fault('find-holder', { kind: 'error', error: new TypeError('a bug') as never });
  await rig.active('10.0.1.50');
  await rig.clock.advance(5000);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a']);
});

test('a holder that Describe does not show is looked for, then reported: it may be another account’s', async () => {
  const rig = new Rig();
  rig.model.fault('find-holder', { kind: 'stale', view: null as never }, 3);
  await rig.active('10.0.1.88');
  expect(rig.told('refused')).toEqual([]);
  await rig.clock.advance(30_000);
  expect(rig.told('refused')).toMatchObject([{ message: expect.stringContaining('no ENI that does') as string }]);
  expect(rig.model.holders('10.0.1.88')).toEqual(['eni-x']);
});

test("another ENI's primary address is named, and never taken", async () => {
  const rig = new Rig();
  rig.members.add('eni-b');
  await rig.active('10.0.1.11');
  expect(rig.told('refused')).toMatchObject([
    { code: 'primary-of-other', message: expect.stringContaining('primary address of eni-b') as string },
  ]);
});

test('the ledger naming the primary address cannot make this node take it off', async () => {
  const rig = new Rig();
  rig.model.ledger = [{ address: '10.0.1.10', nic: 'eth1', eniId: 'eni-a', state: 'confirmed' }];
  await rig.active(null);
  await rig.clock.advance(5000);
  expect(rig.model.calls.filter((c) => ['unassign', 'unbind'].includes(c.call))).toEqual([]);
  expect(rig.model.boundNow()).toContain('10.0.1.10@eth1');
  expect(rig.model.ledger).toEqual([]);
});

test('an address moves between NICs of the node without a gap', async () => {
  const rig = new Rig();
  rig.nics = [...rig.nics, eth2];
  rig.model.addEni({ eniId: 'eni-a2', primary: '10.0.1.12' });
  rig.make();
  await rig.active('10.0.1.50');
  rig.model.calls.length = 0;
  rig.node.setDesired(want(2, '10.0.1.50', 'eth2'));
  await rig.clock.advance(5000);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-a2']);
  expect(rig.model.boundNow().filter((b) => b.startsWith('10.0.1.50@'))).toEqual(['10.0.1.50@eth2']);
  expect(rig.model.ledger).toEqual([{ address: '10.0.1.50', nic: 'eth2', eniId: 'eni-a2', state: 'confirmed' }]);
  const firsts = rig.model.calls.filter((c) => ['assign', 'unassign'].includes(c.call)).map((c) => [c.call, c.eniId]);
  expect(firsts.at(0)).toEqual(['assign', 'eni-a2']);
  expect(rig.told('applied').filter((e) => e.type === 'applied' && e.version === 2)).toHaveLength(2);
});

test('a NIC whose ENI was replaced gets its address onto the new one', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  rig.model.addEni({ eniId: 'eni-new', primary: '10.0.1.13' });
  rig.node.setNics([{ ...rig.nics[0]!, eniId: 'eni-new', primary: '10.0.1.13' }]);
  await rig.clock.advance(5000);
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-new']);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  expect(rig.model.ledger.map((e) => e.eniId)).toEqual(['eni-new']);
});

test('a wanted NIC whose ENI is not known yet is waited for; nothing held for it is released', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  rig.kill();
  const { nics } = rig;
  rig.nics = [];
  rig.make();
  await rig.active('10.0.1.50');
  await rig.clock.advance(60_000);
  expect(rig.secondaries()).toContain('10.0.1.50');
  expect(rig.model.ledger).toHaveLength(1);
  expect(rig.node.status().interfaces[0]).toMatchObject({ state: 'pending', problem: { code: 'nic-unknown' } });
  rig.node.setNics(nics);
  await rig.clock.advance(1000);
  expect(rig.node.status().interfaces[0]).toMatchObject({ state: 'applied' });
});
