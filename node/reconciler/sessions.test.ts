import { OsError } from './ports';
import { BOTH, boundHere, clusterWants, holdingMember, peerTakes, standbyMember } from './testing/member';
import { eth2, Rig, want } from './testing/rig';

const calls = (rig: Rig, ...names: string[]) =>
  rig.model.calls.filter((c) => names.includes(c.call)).map((c) => [c.call, ...c.addresses]);

test('a changed address: its sessions are reset and new ones refused before it is unbound', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  rig.model.calls.length = 0;
  rig.node.setDesired(want(2, '10.0.1.51'));
  await rig.clock.advance(1000);
  expect(calls(rig, 'disconnect', 'unbind', 'unassign')).toEqual([
    ['disconnect', '10.0.1.50'],
    ['unbind', '10.0.1.50'],
    ['unassign', '10.0.1.50'],
  ]);
  expect(rig.model.refusing).toEqual(new Set(['10.0.1.50']));
});

test('a released address too, and on an orderly stop', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  rig.model.calls.length = 0;
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(1000);
  rig.node.setDesired(want(3, '10.0.1.50'));
  await rig.clock.advance(1000);
  await rig.stop('release');
  expect(calls(rig, 'disconnect', 'unbind')).toEqual([
    ['disconnect', '10.0.1.50'],
    ['unbind', '10.0.1.50'],
    ['disconnect', '10.0.1.50'],
    ['unbind', '10.0.1.50'],
  ]);
});

test('what another took: reset and unbound, and nothing refused, since the VPC no longer sends it here', async () => {
  const rig = await holdingMember();
  rig.node.lookEvery(500);
  peerTakes(rig, ['10.0.1.50']);
  await rig.clock.advance(5000);
  expect(calls(rig, 'disconnect', 'unbind')).toEqual([
    ['disconnect', '10.0.1.50'],
    ['unbind', '10.0.1.50'],
  ]);
  expect(rig.model.refusing).toEqual(new Set());
  expect(boundHere(rig)).toEqual(['10.0.1.51']);
});

test('an address that is rightly bound elsewhere keeps its sessions when a stray binding goes', async () => {
  const rig = new Rig();
  rig.nics.push(eth2);
  rig.model.addEni({ eniId: 'eni-a2', primary: '10.0.1.12' });
  rig.make();
  await rig.active('10.0.1.50');
  rig.model.calls.length = 0;
  rig.model.bindByHand({ address: '10.0.1.50', device: 'eth2' });
  await rig.clock.advance(1000);
  expect(calls(rig, 'disconnect', 'unbind')).toEqual([['unbind', '10.0.1.50']]);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
});

test('that sessions could not be reset is said, and holds nothing up', async () => {
  const rig = await holdingMember();
  rig.model.osFault = { call: 'disconnect', error: new OsError('failed', 'retry-later', 'ss: no') };
  rig.node.standBy('release');
  await rig.clock.advance(30);
  expect(boundHere(rig)).toEqual([]);
  await rig.clock.advance(100);
  expect(rig.node.facts().released).toBe(true);
  expect(rig.told('log')).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      message: 'the sessions of 10.0.1.50, 10.0.1.51 could not be reset: ss: no',
    }),
  );
});

test('a reset that hangs is not waited for longer than its time', async () => {
  const rig = await standbyMember();
  rig.hang('disconnect');
  rig.node.take();
  await rig.clock.advance(5500);
  rig.node.standBy('release');
  await rig.clock.advance(290);
  expect(boundHere(rig)).toEqual(BOTH);
  await rig.clock.advance(20);
  expect(boundHere(rig)).toEqual([]);
});

test('taken again while sessions are reset: not unbound, and bound anew, which lets new connections in', async () => {
  const rig = await holdingMember();
  rig.node.standBy('release');
  await rig.clock.advance(1);
  rig.node.take();
  await rig.clock.advance(100);
  expect(rig.model.count('unbind')).toBe(0);
  expect(rig.model.refusing).toEqual(new Set());
  expect(boundHere(rig)).toEqual(BOTH);
});

test('the config of a member changes: what goes is reset, what stays is not', async () => {
  const rig = await holdingMember();
  rig.node.setDesired(clusterWants(2, ['10.0.1.51']));
  await rig.clock.advance(1000);
  expect(calls(rig, 'disconnect')).toEqual([['disconnect', '10.0.1.50']]);
});
