/** What looks like ours and is not: a copied disk, other programs' addresses on our own ENIs and NICs. */
import { eth1, eth2, Rig, want } from './testing/rig';
import { unauthorized } from './testing/model';

/** A gateway made from a copy of a live one's disk: the ledger names the live one's ENI. */
async function clone(address: string | null): Promise<Rig> {
  const rig = new Rig({ timing: { lookMs: 5000, watchMs: 2000 } });
  rig.model.addEni({ eniId: 'eni-live', primary: '10.0.1.30', secondary: ['10.0.1.50'] });
  rig.model.ledger = [{ address: '10.0.1.50', nic: 'eth1', eniId: 'eni-live', state: 'confirmed' }];
  rig.make();
  await rig.active(address);
  await rig.clock.advance(20_000);
  return rig;
}

const mutated = (rig: Rig, eniId: string) =>
  rig.model.calls.filter((c) => (c.call === 'assign' || c.call === 'unassign') && c.eniId === eniId);

test('a copied disk does not take the address from the live gateway', async () => {
  const rig = await clone('10.0.1.50');
  expect(rig.model.holders('10.0.1.50')).toEqual(['eni-live']);
  expect(rig.model.calls.filter((c) => c.allowReassignment === true)).toEqual([]);
  expect(rig.told('refused')).toMatchObject([{ code: 'held-by-other' }]);
});

test.each([null, '10.0.1.51'])(
  'a copied disk that wants %s leaves the live gateway alone, and says so',
  async (address) => {
    const rig = await clone(address);
    expect(mutated(rig, 'eni-live')).toEqual([]);
    expect(rig.model.holders('10.0.1.50')).toEqual(['eni-live']);
    expect(rig.model.ledger).toContainEqual(expect.objectContaining({ address: '10.0.1.50', eniId: 'eni-live' }));
    expect(rig.told('applied').at(-1)).toMatchObject({ version: 1, address });
    expect(rig.node.status().interfaces[0]).toMatchObject({
      state: 'applied',
      problem: { code: 'eni-not-attached', message: expect.stringMatching(/eni-live.*copied.*ledger\.json/) as string },
    });
    const before = rig.clock.now();
    let ended = 0;
    void rig.node.stop('release').then(() => (ended = rig.clock.now()));
    await rig.clock.advance(20_000);
    expect(ended - before).toBeLessThan(5000);
    expect(mutated(rig, 'eni-live')).toEqual([]);
  },
);

test.each(['deleted', 'freed'])('an ENI that is not here any more and was %s is forgotten', async (how) => {
  const rig = await clone(null);
  if (how === 'deleted') rig.model.enis.delete('eni-live');
  else rig.model.unassign('eni-live', ['10.0.1.50']);
  await rig.clock.advance(30_000);
  expect(rig.model.ledger).toEqual([]);
  expect(rig.node.status().interfaces[0]?.problem).toBeUndefined();
  expect(mutated(rig, 'eni-live')).toEqual([]);
});

test('an ENI of ours that is discovered late is cleaned then', async () => {
  const rig = await clone(null);
  rig.model.bindByHand({ address: '10.0.1.50', device: 'eth1', label: 'eth1:cip' });
  rig.node.setNics([{ ...eth1, eniId: 'eni-live', primary: '10.0.1.30' }]);
  await rig.clock.advance(10_000);
  expect(rig.model.holders('10.0.1.50')).toEqual([]);
  expect(rig.model.ledger).toEqual([]);
});

test('what another tool put on our ENI is refused, not adopted, and stays when the config goes on', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.77');
  await rig.clock.advance(3000);
  expect(rig.told('refused')).toMatchObject([
    { code: 'in-use-here', message: expect.stringMatching(/10\.0\.1\.77 is already .*eni-a.*Take it off/) as string },
  ]);
  rig.node.setDesired(want(2, '10.0.1.50'));
  await rig.clock.advance(8000);
  expect(rig.secondaries()).toEqual(['10.0.1.50', '10.0.1.77']);
  expect(rig.model.boundNow()).toContain('10.0.1.77@eth1');
  expect(rig.model.ledger.map((e) => e.address)).toEqual(['10.0.1.50']);
});

test('what another tool put on another ENI of this node is not moved', async () => {
  const rig = new Rig();
  rig.nics = [eth1, eth2];
  rig.members = new Set(['eni-a', 'eni-a2']);
  rig.model.addEni({ eniId: 'eni-a2', primary: '10.0.1.12', secondary: ['10.0.1.99'] });
  rig.make();
  await rig.active('10.0.1.99');
  await rig.clock.advance(8000);
  expect(rig.model.holders('10.0.1.99')).toEqual(['eni-a2']);
  expect(rig.told('refused')).toMatchObject([
    { code: 'in-use-here', message: expect.stringContaining('eni-a2') as string },
  ]);
});

test('nothing is written down before the ENI was looked at: killed in between, it is not ours', async () => {
  const rig = new Rig();
  rig.model.latencyMs = 500;
  await rig.active('10.0.1.77');
  rig.kill();
  expect(rig.model.ledger).toEqual([]);
  rig.make();
  await rig.active(null, 2);
  await rig.clock.advance(20_000);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
});

test('one stale look does not refuse what this node took off just before', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  const stale = rig.model.view('eni-a');
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(5000);
  rig.model.fault('describe-eni', { kind: 'stale', view: stale });
  rig.node.setDesired(want(3, '10.0.1.50'));
  await rig.clock.advance(5000);
  expect(rig.told('refused')).toEqual([]);
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 3, address: '10.0.1.50' });
});

test('a first look that is forbidden refuses, and nothing is assigned unseen', async () => {
  const rig = new Rig();
  rig.model.fault('describe-eni', { kind: 'error', error: unauthorized() }, 10);
  await rig.active('10.0.1.50');
  expect(rig.told('refused')).toMatchObject([
    { code: 'unauthorized', message: expect.stringContaining('ec2:DescribeNetworkInterfaces') as string },
  ]);
  expect(rig.model.count('assign')).toBe(0);
});

test('a refused address that another program has bound stays bound', async () => {
  const rig = new Rig();
  rig.model.bindByHand({ address: '10.0.1.88', device: 'lo' });
  await rig.active('10.0.1.88');
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(5000);
  expect(rig.model.boundNow()).toContain('10.0.1.88@lo');
});
