import { guardSteps } from './forward-guard';
import { createIproute2, type Iproute2 } from './iproute2';
import { readHostSettings } from './host-settings';
import { availablePrivileges, makeNamespace, type TestNamespace } from './namespace.fixture';

const rule = { priority: 900, src: 'all', dst: '10.0.1.50', iif: 'eth1', table: 'main', protocol: '77' };

test('adds what is missing, removes what is not wanted any more, and no rule of anybody else', () => {
  const rules = [rule, { ...rule, dst: '10.0.1.51' }, { ...rule, dst: '10.0.1.52', protocol: '3' }];
  const wanted = [
    { address: '10.0.1.50', device: 'eth1' },
    { address: '10.0.1.60', device: 'eth1' },
  ];
  expect(guardSteps(rules, wanted).map(({ line }) => line)).toEqual([
    'rule add iif eth1 to 10.0.1.60 blackhole pref 900 protocol 77',
    'rule del iif eth1 to 10.0.1.51 blackhole pref 900 protocol 77',
  ]);
});

test('refuses what is no address or NIC', () => {
  expect(() => guardSteps([], [{ address: '10.0.1.50 x', device: 'eth1' }])).toThrow(/not an IPv4 address/);
});

const [privilege] = availablePrivileges();
if (privilege === undefined) {
  process.stderr.write('\n*** SKIPPED: no network namespaces here; guard and links were NOT tested on a kernel.\n\n');
}

(privilege === undefined ? describe.skip : describe)('on a real kernel', () => {
  let ns: TestNamespace;
  let os: Iproute2;
  const vip = { address: '10.0.1.50', device: 'eth1' };
  /** What becomes of a packet from a LAN host, and of one that the node itself sends. */
  const fromLan = () => {
    try {
      return ns.ip('route get 10.0.1.50 from 10.0.1.1 iif eth1');
    } catch {
      return 'dropped';
    }
  };

  beforeEach(async () => {
    ns = await makeNamespace(privilege ?? 'root');
    ns.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    os = createIproute2({ netns: ns.path });
  });
  afterEach(async () => {
    os.close();
    await ns.close();
  });

  test('a mapped address that is not bound is dropped, not sent back; bound, it is local', async () => {
    expect(fromLan()).toContain('dev eth1');
    await os.guard([vip]);
    expect(fromLan()).toBe('dropped');
    expect(ns.ip('route get 10.0.1.50')).toContain('dev eth1');
    expect(ns.ip('route get 10.0.1.50 from 10.0.0.1 iif eth0')).toContain('dev eth1');
    await os.bind([{ ...vip, lifetimeSeconds: 30, policy: null }]);
    expect(fromLan()).toContain('local 10.0.1.50');
    await os.unbind([vip]);
    expect(fromLan()).toBe('dropped');
  });

  test('is put back when somebody removed it, outlives the daemon, and goes when it is not wanted', async () => {
    await os.guard([vip]);
    ns.ip('rule del pref 900');
    await os.list();
    expect(fromLan()).toBe('dropped');

    os.close();
    expect(fromLan()).toBe('dropped');
    os = createIproute2({ netns: ns.path });
    await os.guard([]);
    expect(fromLan()).toContain('dev eth1');
  });

  test('links tell a NIC without a carrier, and the watch hears of it', async () => {
    const isUp = async () => (await os.links()).find(({ device }) => device === 'eth1')?.up;
    expect(await isUp()).toBe(true);
    const down = new Promise<void>((resolve) => {
      os.watch(() => void isUp().then((up) => up === false && resolve()));
    });
    // Again and again: when the monitor begins to hear is not known.
    const wiggle = setInterval(() => {
      ns.ip('link set vpc1 alias wiggled');
      ns.ip('link set vpc1 down');
    }, 100);
    await down;
    clearInterval(wiggle);
    ns.ip('link set vpc1 up');
    expect(await isUp()).toBe(true);
  });

  test('settings are those of the namespace', async () => {
    ns.run(
      'sh',
      '-c',
      'echo 2 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 1 > /proc/sys/net/ipv4/conf/eth1/rp_filter',
    );
    const settings = await readHostSettings(ns.path, ['eth1', 'eth9']);
    expect(settings.forwards).toBe(true);
    expect([...settings.reversePath]).toEqual([['eth1', 2]]);
  });
});
