import { unauthorized, unreachable, throttled } from './testing/model';
import {
  BOTH,
  boundHere as bound,
  clusterWants as desired,
  holdingMember as holder,
  newMember as member,
  peerTakes,
  restartedMember as restarted,
  standbyMember as standby,
} from './testing/member';
import { eth2, Rig } from './testing/rig';

jest.setTimeout(30_000);

const assigns = (rig: Rig) => rig.model.calls.filter((c) => c.call === 'assign').map((c) => c.allowReassignment);
const changes = (rig: Rig) => rig.model.calls.filter((c) => !['list', 'describe-eni', 'find-holder'].includes(c.call));

describe('take', () => {
  test('sends the Assign and the bind and nothing else before it returns, whatever else is due', async () => {
    const rig = await standby();
    rig.clock.pause(100_000); // a look and a listing are due
    rig.node.take();
    expect(rig.model.calls.map((c) => [c.call, c.addresses, c.allowReassignment])).toEqual([
      ['assign', BOTH, true],
      ['bind', BOTH, undefined],
    ]);
    await rig.clock.advance(1);
    expect(rig.model.calls.map((c) => c.call)).toEqual(expect.arrayContaining(['describe-eni', 'list']));
  });

  test('works although no look has ever succeeded, and the peer was not known at the start', async () => {
    const rig = new Rig();
    rig.model.eni('eni-b').secondary.push(...BOTH);
    rig.model.fault('describe-eni', { kind: 'error', error: unreachable() }, 1e6);
    await rig.node.start();
    rig.node.setDesired(desired());
    rig.node.standBy('release');
    await rig.clock.advance(60_000);
    rig.members.add('eni-b');
    rig.model.calls.length = 0;
    rig.node.take();
    expect(assigns(rig)).toEqual([true]);
    await rig.clock.advance(100);
    expect(rig.node.facts().held).toBe('all');
    expect(rig.secondaries()).toEqual([...BOTH, '10.0.1.77']);
  });

  test('does not wait for a call of an earlier duty, and does not believe its answer', async () => {
    const rig = await standby();
    rig.model.latencyMs = 3000;
    rig.node.take();
    await rig.clock.advance(1000);
    rig.node.standBy('moved');
    await rig.clock.advance(1000);
    rig.node.take();
    expect(assigns(rig)).toEqual([true, true]);
    await rig.clock.advance(1500); // the first Assign has its 200
    expect(rig.secondaries()).toEqual([...BOTH, '10.0.1.77']);
    expect(rig.node.facts().held).toBe('unknown');
    peerTakes(rig);
    await rig.clock.advance(2000);
    expect(rig.node.facts().held).toBe('all');
    expect(rig.secondaries()).toEqual([...BOTH, '10.0.1.77']);
  });

  test('is not held up by looking for who holds an address, begun in an earlier duty', async () => {
    const rig = await restarted();
    peerTakes(rig);
    rig.node.resume();
    await rig.clock.advance(2060);
    rig.model.latencyMs = 4000;
    await rig.clock.advance(20);
    expect(rig.model.count('find-holder')).toBe(2);
    rig.node.take();
    expect(rig.model.calls.findLast((c) => c.call === 'assign')).toMatchObject({
      at: rig.clock.now(),
      addresses: BOTH,
      allowReassignment: true,
    });
  });

  test('goes out in one call, also when the last one had to be split', async () => {
    const rig = await standby();
    rig.model.addEni({ eniId: 'eni-y', primary: '10.0.1.51' });
    rig.model.eni('eni-b').secondary = ['10.0.1.50'];
    rig.node.take();
    await rig.clock.advance(1000);
    rig.node.standBy('release');
    await rig.clock.advance(1000);
    rig.model.enis.delete('eni-y');
    rig.model.calls.length = 0;
    rig.node.take();
    expect(rig.model.calls.filter((c) => c.call === 'assign').map((c) => c.addresses)).toEqual([BOTH]);
  });

  test('what failed is taken again until all is held, also when the rest was confirmed', async () => {
    const rig = new Rig();
    rig.nics.push(eth2);
    rig.members.add('eni-b');
    rig.model.addEni({ eniId: 'eni-a2', primary: '10.0.1.12' });
    rig.model.eni('eni-b').secondary.push(...BOTH);
    rig.make();
    await rig.node.start();
    const [first, second] = desired().addresses;
    rig.node.setDesired({ version: 1, addresses: [first!, { ...second!, nic: 'eth2' }] });
    rig.node.standBy('release');
    await rig.clock.advance(30_000);
    rig.model.calls.length = 0;
    rig.node.take();
    rig.model.fault('assign', { kind: 'error', error: throttled() }, 3);
    await rig.clock.advance(19);
    expect(rig.node.facts()).toMatchObject({ held: 'unknown', assigning: true });
    await rig.clock.advance(60_000);
    expect(assigns(rig).every((reassigns) => reassigns)).toBe(true);
    expect(rig.node.facts()).toMatchObject({ held: 'all', assigning: false });
    expect([rig.secondaries('eni-a'), rig.secondaries('eni-a2')]).toEqual([['10.0.1.50', '10.0.1.77'], ['10.0.1.51']]);
  });

  test('what was lost after all was held is never stolen back, not even what the config adds then', async () => {
    const rig = await holder();
    peerTakes(rig, ['10.0.1.50']);
    await rig.clock.advance(200_000);
    expect(assigns(rig)).toEqual([false]);
    expect(rig.node.facts()).toMatchObject({ held: 'some', taken: true });
    rig.model.assign('eni-b', ['10.0.1.52'], false);
    rig.model.calls.length = 0;
    rig.node.setDesired(desired(2, [...BOTH, '10.0.1.52']));
    await rig.clock.advance(10);
    expect(assigns(rig)).not.toContain(true);
    await rig.clock.advance(1000);
    // Looked up first, and then moved: it was never this node's to lose.
    expect(rig.model.holders('10.0.1.52')).toEqual(['eni-a']);
    expect(rig.model.holders('10.0.1.50')).toEqual(['eni-b']);
  });
});

describe('resume', () => {
  test('goes on with what the ENI has: bound at once, held as soon as one look shows it, nothing assigned', async () => {
    const rig = await restarted();
    rig.node.resume();
    expect(rig.node.facts().held).toBe('unknown');
    await rig.clock.advance(3);
    expect(bound(rig)).toEqual(BOTH);
    expect(rig.node.facts().held).toBe('unknown');
    await rig.clock.advance(40);
    expect(rig.node.facts()).toMatchObject({ held: 'all', taken: false });
    await rig.clock.advance(300_000);
    expect(assigns(rig)).toEqual([]);
    expect(rig.node.facts().held).toBe('all');
    expect(rig.told('applied').at(-1)).toMatchObject({ version: 1, address: '10.0.1.50' });
  });

  test('what vanished is asked for without reassigning: free, it comes back', async () => {
    const rig = await restarted();
    rig.model.unassign('eni-a', ['10.0.1.50']);
    rig.node.resume();
    await rig.clock.advance(1000);
    expect(assigns(rig)).toEqual([]);
    expect(rig.node.facts().held).toBe('unknown');
    await rig.clock.advance(2000);
    expect(rig.model.calls.filter((c) => c.call === 'assign')).toMatchObject([
      { addresses: ['10.0.1.50'], allowReassignment: false },
    ]);
    expect(rig.node.facts()).toMatchObject({ held: 'all', taken: false });
  });

  test('what a member holds is told as taken, left there, and no longer bound', async () => {
    const rig = await restarted();
    peerTakes(rig, ['10.0.1.50']);
    rig.node.resume();
    await rig.clock.advance(4000);
    expect(rig.node.facts()).toMatchObject({ held: 'some', taken: true });
    expect(bound(rig)).toEqual(['10.0.1.51']);
    await rig.clock.advance(700_000);
    expect(assigns(rig)).not.toContain(true);
    expect(rig.model.holders('10.0.1.50')).toEqual(['eni-b']);
    expect(rig.told('refused')).toEqual([]);
  });

  test('what a member holds is left there, also an address that was never ours', async () => {
    const rig = await restarted();
    const [first] = desired().addresses;
    rig.model.assign('eni-b', ['10.0.1.60'], true);
    rig.node.resume();
    rig.node.setDesired({ version: 2, addresses: [first!, { address: '10.0.1.60', nic: 'eth1' }] });
    await rig.clock.advance(200_000);
    expect(rig.model.holders('10.0.1.60')).toEqual(['eni-b']);
    expect(rig.node.facts()).toMatchObject({ held: 'some', taken: true });
    expect(rig.told('refused')).toEqual([]);
  });

  test('after a claim, the right to take ends', async () => {
    const rig = await standby();
    rig.model.fault('assign', { kind: 'error', error: unreachable() }, 1);
    rig.node.take();
    await rig.clock.advance(21);
    rig.node.resume();
    await rig.clock.advance(60_000);
    expect(assigns(rig)).toEqual([true, false, false, false]); // together, then each alone
    expect(rig.node.facts()).toMatchObject({ held: 'none', taken: true });
  });
});

describe('standBy', () => {
  test('release: sessions reset and new ones refused, unbound, unassigned, in that order; then released', async () => {
    const rig = await holder();
    rig.node.standBy('release');
    expect(rig.node.facts().released).toBe(false);
    await rig.clock.advance(5);
    expect(rig.model.refusing).toEqual(new Set(BOTH));
    expect(bound(rig)).toEqual([]);
    expect(rig.node.facts().released).toBe(false);
    await rig.clock.advance(200);
    expect(changes(rig).map((c) => c.call)).toEqual(['disconnect', 'unbind', 'unassign']);
    expect(rig.node.facts()).toMatchObject({ released: true, held: 'none', assigning: false });
    expect(rig.model.ledger.map((e) => e.state)).toEqual(['confirmed', 'confirmed']);
  });

  test('moved: sessions reset, unbound at once, EC2 only looked at', async () => {
    const rig = await holder();
    peerTakes(rig);
    rig.node.standBy('moved');
    await rig.clock.advance(5);
    expect(bound(rig)).toEqual([]);
    expect(rig.model.refusing).toEqual(new Set());
    await rig.clock.advance(1000);
    expect(rig.node.facts().released).toBe(false);
    await rig.clock.advance(2000);
    expect(rig.node.facts()).toMatchObject({ released: true, held: 'none' });
    await rig.clock.advance(100_000);
    expect(changes(rig).map((c) => c.call)).toEqual(['disconnect', 'unbind']);
  });

  test('moved, but the ENI has them after all: released when a second look agrees', async () => {
    const rig = await holder();
    rig.node.standBy('moved');
    await rig.clock.advance(1900);
    expect(rig.model.count('unassign')).toBe(0);
    await rig.clock.advance(2000);
    expect(rig.model.count('unassign')).toBe(1);
    expect(rig.node.facts()).toMatchObject({ released: true, held: 'none' });
    expect(rig.secondaries()).toEqual(['10.0.1.77']);
  });

  test('moved: one stale look changes nothing', async () => {
    const rig = await holder();
    const stale = rig.model.view('eni-a');
    peerTakes(rig);
    rig.model.fault('describe-eni', { kind: 'stale', view: stale });
    rig.node.standBy('moved');
    await rig.clock.advance(20_000);
    expect(rig.model.count('unassign')).toBe(0);
    expect(rig.node.facts().released).toBe(true);
  });

  test('a claim given up while its Assign is under way is released for certain, whenever that takes effect', async () => {
    const rig = await standby();
    rig.model.fault('assign', { kind: 'late', afterMs: 14_000 });
    rig.node.take();
    await rig.clock.advance(100);
    rig.node.standBy('release');
    await rig.clock.advance(6000); // the call was given up; the release of what it may have done was confirmed
    expect(bound(rig)).toEqual([]);
    expect(rig.node.facts()).toMatchObject({ released: false, assigning: true });
    await rig.clock.advance(8000);
    expect(rig.secondaries()).toEqual([...BOTH, '10.0.1.77']);
    await rig.clock.advance(7000);
    expect(rig.secondaries()).toEqual(['10.0.1.77']);
    expect(rig.node.facts()).toMatchObject({ released: true, assigning: false });
  });

  test('release: what an unanswered Assign may have put there is taken off at once, without looks first', async () => {
    const rig = await standby();
    rig.model.fault('assign', { kind: 'lost-answer' });
    rig.node.take();
    await rig.clock.advance(20);
    rig.node.standBy('release');
    await rig.clock.advance(200);
    expect(rig.secondaries()).toEqual(['10.0.1.77']);
    expect(rig.model.count('describe-eni')).toBeLessThanOrEqual(1);
  });

  test('a claim that fails after it was given up is no problem of the standby', async () => {
    const rig = await standby();
    rig.model.fault('assign', { kind: 'error', error: unauthorized() });
    rig.node.take();
    rig.node.standBy('release');
    await rig.clock.advance(1000);
    expect(rig.told('failing')).toEqual([]);
    expect(rig.node.status().interfaces[0]).not.toHaveProperty('problem');
  });

  test('who holds an address, looked up before, says nothing about the duty after', async () => {
    const rig = await holder();
    rig.node.lookEvery(500);
    peerTakes(rig);
    rig.model.fault('find-holder', { kind: 'error', error: unauthorized() }, 2);
    while (rig.model.count('find-holder') === 0) await rig.clock.advance(5);
    rig.node.standBy('moved');
    await rig.clock.advance(100);
    expect(rig.node.status().interfaces[0]).not.toHaveProperty('problem');
    expect(rig.node.facts().taken).toBe(false);
  });

  test('a start as a standby asks nothing of EC2 but looks', async () => {
    const rig = await restarted();
    peerTakes(rig);
    rig.node.suspend();
    rig.node.look();
    await rig.clock.advance(500);
    rig.node.standBy('release');
    await rig.clock.advance(60_000);
    expect(changes(rig)).toEqual([]);
    expect(rig.node.facts().released).toBe(true);
  });

  test('everything is written down beforehand, what the peer had confirmed as confirmed', async () => {
    const rig = await member();
    rig.node.standBy('moved');
    await rig.clock.advance(100);
    expect(rig.model.ledger.map((e) => [e.address, e.state])).toEqual(BOTH.map((a) => [a, 'confirmed']));
    rig.model.ledgerFault = new Error('disk full');
    rig.node.take();
    expect(assigns(rig)).toEqual([true]);
  });

  test('so it is while it waits for a duty', async () => {
    const rig = await member();
    rig.node.suspend();
    await rig.clock.advance(100);
    expect(rig.model.ledger.map((e) => [e.address, e.state])).toEqual(BOTH.map((a) => [a, 'confirmed']));
    rig.node.take();
    expect(assigns(rig)).toEqual([true]);
  });
});

describe('suspend', () => {
  test('renews nothing and changes nothing, whatever the config says; the kernel drops what is bound', async () => {
    const rig = await holder();
    rig.node.suspend();
    rig.node.setDesired(desired(2, ['10.0.1.50']));
    rig.node.lookEvery(1000);
    await rig.clock.advance(4000);
    expect(bound(rig)).toEqual(BOTH);
    await rig.clock.advance(2000);
    expect(bound(rig)).toEqual([]);
    rig.model.unassign('eni-a', ['10.0.1.50']);
    await rig.clock.advance(60_000);
    expect(changes(rig).filter((c) => c.call !== 'save')).toEqual([]);
    expect(rig.model.count('describe-eni')).toBeGreaterThan(50);
    expect(rig.told('applied').filter((e) => e.type === 'applied' && e.version === 2)).toEqual([]);
    expect(rig.node.status().role).toBe('suspended');
  });

  test('what is under way ends, and its outcome is learned, but says nothing about now', async () => {
    const rig = await standby();
    rig.model.latencyMs = 3000;
    rig.node.take();
    await rig.clock.advance(1000);
    rig.node.suspend();
    expect(rig.node.facts()).toMatchObject({ held: 'unknown', assigning: true });
    await rig.clock.advance(2500);
    expect(rig.node.facts()).toMatchObject({ held: 'unknown', assigning: false });
    expect(rig.node.status().interfaces[0]).toMatchObject({ eni: 'assigned' });
    rig.model.latencyMs = 20;
    rig.node.look();
    await rig.clock.advance(100);
    expect(rig.node.facts().held).toBe('all');
    expect(assigns(rig)).toEqual([true]);
  });

  test('an Assign that fails meanwhile is not repeated', async () => {
    const rig = await standby();
    rig.model.fault('assign', { kind: 'error', error: throttled() });
    rig.node.take();
    rig.node.suspend();
    await rig.clock.advance(60_000);
    expect(assigns(rig)).toEqual([true]);
  });

  test('an Assign that takes effect late is not forgotten over it', async () => {
    const rig = await standby();
    rig.model.fault('assign', { kind: 'late', afterMs: 19_999 });
    rig.node.take();
    await rig.clock.advance(100);
    rig.node.suspend();
    await rig.clock.advance(26_000);
    rig.node.standBy('release');
    await rig.clock.advance(100);
    expect(rig.secondaries()).toEqual(['10.0.1.77']);
  });

  test.each([
    ['resume', (rig: Rig) => rig.node.resume(), [], 'all'],
    ['take', (rig: Rig) => rig.node.take(), [true], 'all'],
  ] as const)('from it, %s', async (_name, act, expected, held) => {
    const rig = await holder();
    rig.node.suspend();
    await rig.clock.advance(8000);
    act(rig);
    await rig.clock.advance(5);
    expect(bound(rig)).toEqual(BOTH);
    expect(rig.node.facts().held).toBe('unknown');
    await rig.clock.advance(100);
    expect(rig.node.facts().held).toBe(held);
    expect(assigns(rig)).toEqual(expected);
  });

  test.each([
    ['release', ['disconnect', 'unbind', 'unassign']],
    ['moved', ['disconnect', 'unbind']],
  ] as const)('from it, stand by: %s', async (how, expected) => {
    const rig = await holder();
    rig.node.suspend();
    await rig.clock.advance(1000);
    if (how === 'moved') peerTakes(rig);
    rig.node.standBy(how);
    await rig.clock.advance(5000);
    expect(changes(rig).map((c) => c.call)).toEqual(expected);
    expect(rig.node.facts().released).toBe(true);
  });

  test('ends in an orderly stop', async () => {
    const rig = await holder();
    rig.node.suspend();
    await rig.stop('release');
    expect(rig.secondaries()).toEqual(['10.0.1.77']);
    expect(bound(rig)).toEqual([]);
  });
});

test('an active node without EC2 keeps binding, and a resumed one too', async () => {
  for (const duty of ['take', 'resume'] as const) {
    const rig = duty === 'take' ? await holder() : await restarted();
    for (const call of ['assign', 'describe-eni', 'find-holder'] as const) {
      rig.model.fault(call, { kind: 'error', error: unreachable() }, 1e6);
    }
    rig.node[duty]();
    await rig.clock.advance(120_000);
    expect(bound(rig)).toEqual(BOTH);
    expect(rig.node.facts()).toMatchObject({ ec2: false, taken: false, held: duty === 'take' ? 'all' : 'unknown' });
  }
});

test('IAM that forbids to release: still unbound, not released, and tried again when woken', async () => {
  const rig = await holder();
  rig.model.fault('unassign', { kind: 'error', error: unauthorized() }, 2);
  rig.node.standBy('release');
  await rig.clock.advance(5000);
  expect(bound(rig)).toEqual([]);
  expect(rig.node.facts()).toMatchObject({ released: false, ec2: false });
  rig.node.wake();
  rig.node.wake();
  await rig.clock.advance(100);
  rig.node.wake();
  await rig.clock.advance(100);
  expect(rig.node.facts().released).toBe(true);
});
