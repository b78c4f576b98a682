import { Ec2Error, OsError } from './ports';
import { throttled, unauthorized } from './testing/model';
import { Rig, want } from './testing/rig';

jest.setTimeout(30_000);

const credentials = () => new Ec2Error('credentials', 'retry-later', 'RequestExpired', 'Request has expired.');

test.each([
  ['10.0.1.10', 'own-primary', /primary address of eni-a \(eth1\) itself/],
  ['10.0.1.0', 'reserved', /from 10\.0\.1\.4 to 10\.0\.1\.254/],
  ['10.0.1.3', 'reserved', /first four addresses/],
  ['10.0.1.255', 'reserved', /and the last/],
  ['10.0.2.50', 'outside-subnet', /outside 10\.0\.1\.0\/24, the subnet of eth1/],
  ['52.29.1.2', 'public-address', /Elastic IP/],
])('%s is refused without asking EC2: %s', async (address, code, message) => {
  const rig = new Rig();
  await rig.active(address);
  expect(rig.told('refused')).toEqual([
    { type: 'refused', version: 1, nic: 'eth1', address, code, message: expect.stringMatching(message) as string },
  ]);
  expect(rig.model.count('assign')).toBe(0);
  expect(rig.model.ledger).toEqual([]);
});

test('a refusal comes once, and is not tried again until the config changes', async () => {
  const rig = new Rig({ timing: { refreshMs: 30_000, lifetimeSeconds: 90 } });
  rig.model.fault('assign', { kind: 'error', error: unauthorized() }, 1000);
  await rig.active('10.0.1.50');
  await rig.clock.advance(3_600_000);
  rig.node.wake();
  await rig.clock.advance(1000);
  expect(rig.told('refused')).toHaveLength(1);
  expect(rig.model.count('assign')).toBe(1);
  expect(rig.node.status().interfaces[0]).toMatchObject({
    state: 'failing',
    eni: 'absent',
    problem: {
      code: 'unauthorized',
      message: expect.stringContaining('ec2:AssignPrivateIpAddresses on eni-a') as string,
    },
  });
  rig.model.faults.length = 0;
  rig.node.setDesired(want(2, '10.0.1.50'));
  await rig.clock.advance(1000);
  expect(rig.told('applied')).toMatchObject([{ version: 2, address: '10.0.1.50' }]);
});

test('putting the entry back from inside the event works', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  const push = rig.events.push.bind(rig.events);
  rig.events.push = (event) => {
    if (event.type === 'refused') rig.node.setDesired(want(event.version + 1, '10.0.1.50'));
    return push(event);
  };
  rig.node.setDesired(want(2, '10.0.1.88'));
  await rig.clock.advance(2000);
  expect(rig.told('applied').map((e) => e.type === 'applied' && e.version)).toEqual([1, 3]);
  expect(rig.secondaries()).toEqual(['10.0.1.50', '10.0.1.77']);
});

test.each([
  ['throttled', throttled],
  ['credentials', credentials],
])('%s: pending, with what it waits for; then applied', async (code, error) => {
  const rig = new Rig();
  rig.model.fault('assign', { kind: 'error', error: error() }, 4);
  await rig.active('10.0.1.50');
  expect(rig.node.status().interfaces[0]).toMatchObject({ state: 'pending', problem: { code, kind: 'retry-later' } });
  await rig.clock.advance(60_000);
  expect(rig.told('refused')).toEqual([]);
  expect(rig.told('applied')).toHaveLength(1);
  expect(rig.node.status().interfaces[0]?.problem).toBeUndefined();
});

test('back-off grows, is bounded, and has jitter', async () => {
  const rig = new Rig({ timing: { refreshMs: 30_000, lifetimeSeconds: 90 } });
  rig.model.fault('assign', { kind: 'error', error: throttled() }, 100_000);
  await rig.active('10.0.1.50');
  await rig.clock.advance(3_600_000);
  const times = rig.model.calls.filter((c) => c.call === 'assign').map((c) => c.at);
  const gaps = times.slice(1).map((at, i) => at - times[i]!);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(30_100);
  expect(times.length).toBeGreaterThan(120);
  expect(times.length).toBeLessThan(480);
  expect(new Set(gaps.slice(10, 20).map(Math.round)).size).toBeGreaterThan(5);
});

test('a value in force that EC2 no longer allows is failing, tried again slowly, on wake, and on a change of config', async () => {
  const rig = new Rig({ timing: { refreshMs: 30_000, lifetimeSeconds: 90 } });
  await rig.active('10.0.1.50');
  rig.model.fault('assign', { kind: 'error', error: unauthorized() }, 1000);
  rig.model.unassign('eni-a', ['10.0.1.50']);
  await rig.clock.advance(150_000);
  expect(rig.told('refused')).toEqual([]);
  expect(rig.told('failing')).toMatchObject([{ version: 1, nic: 'eth1', problem: { code: 'unauthorized' } }]);
  const tries = () => rig.model.count('assign');
  const before = tries();
  rig.node.wake();
  await rig.clock.advance(1000);
  expect(tries()).toBe(before + 1);
  rig.node.setDesired(want(2, '10.0.1.50'));
  await rig.clock.advance(1000);
  expect(tries()).toBe(before + 2);
  await rig.clock.advance(590_000);
  expect(tries()).toBe(before + 2);
  rig.model.faults.length = 0;
  await rig.clock.advance(20_000);
  expect(rig.secondaries()).toContain('10.0.1.50');
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 2 });
});

test('an address that the NIC will never take is refused, and given back to EC2', async () => {
  const rig = new Rig();
  rig.model.osFault = { call: 'bind', error: new OsError('no-permission', 'ask-a-person', 'CAP_NET_ADMIN is missing') };
  await rig.active('10.0.1.50');
  expect(rig.told('refused')).toMatchObject([
    { code: 'os-no-permission', message: '10.0.1.50 could not be bound on eth1: CAP_NET_ADMIN is missing' },
  ]);
  await rig.clock.advance(1000);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  expect(rig.model.ledger).toEqual([]);
});

test('a bind that fails for a while is pending, then applied', async () => {
  const rig = new Rig();
  rig.model.osFault = { call: 'bind', error: new OsError('failed', 'retry-later', 'busy') };
  await rig.active('10.0.1.50');
  expect(rig.node.status().interfaces[0]).toMatchObject({
    eni: 'assigned',
    os: 'absent',
    state: 'pending',
    problem: { code: 'os-failed' },
  });
  rig.model.osFault = null;
  await rig.clock.advance(2000);
  expect(rig.told('applied')).toHaveLength(1);
});

test('without a ledger nothing new is acquired, what is held stays held, and the status says why', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  rig.model.ledgerFault = new Error('ENOSPC: no space left on device');
  rig.node.setDesired(want(2, '10.0.1.51'));
  await rig.clock.advance(30_000);
  expect(rig.secondaries()).toEqual(['10.0.1.50', '10.0.1.77']);
  expect(rig.model.boundNow()).toContain('10.0.1.50@eth1');
  expect(rig.node.status()).toMatchObject({
    problems: [{ code: 'ledger', message: expect.stringContaining('ENOSPC') as string }],
    interfaces: [{ state: 'pending', problem: { code: 'ledger', nic: 'eth1' } }],
  });
  rig.model.ledgerFault = null;
  await rig.clock.advance(60_000);
  expect(rig.told('applied').at(-1)).toMatchObject({ version: 2, address: '10.0.1.51' });
});

test('a ledger that does not answer is reported, never written twice at once, and waited for', async () => {
  const rig = new Rig();
  const goOn = rig.hang('save');
  await rig.active('10.0.1.50');
  await rig.clock.advance(5000);
  expect(rig.node.status().problems).toMatchObject([
    { code: 'ledger', message: expect.stringContaining('has not been written for 5 s') as string },
  ]);
  expect(rig.node.status().interfaces[0]).toMatchObject({ state: 'pending', problem: { code: 'ledger' } });
  await rig.clock.advance(60_000);
  rig.node.wake();
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  goOn();
  await rig.clock.advance(1000);
  expect(rig.node.status().problems).toEqual([]);
  expect(rig.told('applied')).toHaveLength(1);
  expect(rig.model.ledger).toMatchObject([{ address: '10.0.1.50', state: 'confirmed' }]);
});

test('a ledger that cannot be read: no start, nothing touched', async () => {
  const rig = new Rig();
  const disk = rig.model.disk();
  jest.spyOn(rig.model, 'disk').mockReturnValue({ ...disk, load: () => Promise.reject(new Error('damaged')) });
  rig.make();
  await expect(rig.node.start()).rejects.toThrow('damaged');
  rig.node.setDesired(want(1, '10.0.1.50'));
  rig.node.setRole('active');
  await rig.clock.advance(10_000);
  expect(rig.model.calls).toEqual([]);
});

test('every NIC gets its outcome of every version, also those without a cluster IP', async () => {
  const rig = new Rig();
  await rig.active(null);
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(10);
  expect(rig.told('applied')).toEqual([
    { type: 'applied', version: 1, nic: 'eth1', address: null },
    { type: 'applied', version: 2, nic: 'eth1', address: null },
  ]);
  expect(rig.node.status().interfaces).toMatchObject([
    { nic: 'eth1', clusterIP: null, eni: 'none-wanted', state: 'applied' },
  ]);
});

test('status says what ENI and NIC have', async () => {
  const rig = new Rig();
  await rig.active('10.0.1.50');
  expect(rig.node.status()).toEqual({
    role: 'active',
    version: 1,
    problems: [],
    interfaces: [
      {
        nic: 'eth1',
        eniId: 'eni-a',
        primaryAddress: '10.0.1.10',
        subnetCidr: '10.0.1.0/24',
        clusterIP: '10.0.1.50',
        eni: 'assigned',
        os: 'bound',
        state: 'applied',
        releasing: [],
        eniAddresses: ['10.0.1.10', '10.0.1.77', '10.0.1.50'],
        osAddresses: ['10.0.1.10', '10.0.1.77', '10.0.1.50'],
      },
    ],
  });
});

test('a dry run binds nothing and is applied with the ENI alone', async () => {
  const rig = new Rig({ dryRun: true });
  await rig.active('10.0.1.50');
  expect(rig.told('applied')).toHaveLength(1);
  expect(rig.node.status().interfaces[0]).toMatchObject({ eni: 'assigned', os: 'dry-run', state: 'applied' });
  await rig.clock.advance(60_000);
  expect(rig.model.count('bind')).toBe(1);
  rig.node.setDesired(want(2, null));
  await rig.clock.advance(1000);
  expect(rig.secondaries()).toEqual(['10.0.1.77']);
  expect(rig.model.count('unbind')).toBe(1);
});
