import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Binding } from '../reconciler/ports';
import { toolFailure } from './failure';
import { createIproute2, type Iproute2 } from './iproute2';
import { availablePrivileges, makeNamespace, type TestNamespace } from './namespace.fixture';
import { runCommand } from './run-command';

const privileges = availablePrivileges();
if (privileges.length === 0) {
  test('iproute2 on a real kernel', () => {
    if (process.env.CI !== undefined) throw new Error('this host forbids network namespaces: nothing was tested');
    process.stderr.write(
      '\n*** SKIPPED: this host allows no network namespaces, neither as root nor in a user namespace.\n' +
        '*** Binding, expiry, drift and rules were NOT tested on a kernel.\n\n',
    );
  });
}

const onEth1 = (address: string, extra: Partial<Binding> = {}): Binding => ({
  address,
  device: 'eth1',
  lifetimeSeconds: 20,
  policy: null,
  ...extra,
});
const policy = { table: 7003, gateway: '10.0.1.1' };

describe.each(privileges)('iproute2 on a real kernel, as %s', (privilege) => {
  let ns: TestNamespace;
  let os: Iproute2;

  beforeEach(async () => {
    ns = await makeNamespace(privilege);
    os = createIproute2({ netns: ns.path });
  });
  afterEach(async () => {
    os.close();
    await ns.close();
  });

  const ours = async () => (await os.list()).filter(({ label }) => label === 'eth1:cip');

  test('binds a /32 with label and lifetime beside what is there, and lists it', async () => {
    await os.bind([onEth1('10.0.1.50'), onEth1('10.0.1.51')]);
    const listed = await os.list();
    expect(listed.filter(({ device }) => device === 'eth1')).toEqual([
      { address: '10.0.1.10', prefixLength: 24, device: 'eth1', label: 'eth1', validSeconds: null },
      expect.objectContaining({ address: '10.0.1.50', prefixLength: 32, label: 'eth1:cip' }),
      expect.objectContaining({ address: '10.0.1.51', prefixLength: 32, label: 'eth1:cip' }),
    ]);
    expect(ns.ip('addr show dev eth1')).toMatch(
      /10\.0\.1\.50\/32 scope global dynamic eth1:cip\s+valid_lft (20|19)sec/,
    );
  });

  test('renews the lifetime of what is bound', async () => {
    await os.bind([onEth1('10.0.1.50', { lifetimeSeconds: 5 })]);
    await os.bind([onEth1('10.0.1.50', { lifetimeSeconds: 300 })]);
    const [bound] = await ours();
    expect(bound?.validSeconds).toBeGreaterThan(250);
  });

  test('takes the lifetime over from an actor that bound the address for ever', async () => {
    ns.ip('addr add 10.0.1.50/32 dev eth1');
    await os.bind([onEth1('10.0.1.50')]);
    const bound = (await os.list()).filter(({ address }) => address === '10.0.1.50');
    expect(bound).toHaveLength(1);
    expect(bound[0]?.validSeconds).toBeLessThanOrEqual(20);
  });

  test('the kernel drops an address that nobody refreshes', async () => {
    let gone!: () => void;
    const removed = new Promise<void>((resolve) => (gone = resolve));
    const stop = os.watch(() => {
      void ours().then((left) => left.length === 0 && gone());
    });
    await os.bind([onEth1('10.0.1.50', { lifetimeSeconds: 1 })]);
    expect(await ours()).toHaveLength(1);
    await removed;
    expect(await ours()).toEqual([]);
    stop();
  });

  test('unbinds exactly what it is told, whatever its prefix length, and twice is no error', async () => {
    ns.ip('addr add 10.0.1.50/25 dev eth1');
    ns.ip('addr add 10.0.1.77/32 dev eth1');
    await os.bind([onEth1('10.0.1.50'), onEth1('10.0.1.51')]);
    await os.unbind([{ address: '10.0.1.50', device: 'eth1' }]);
    const left = (await os.list()).filter(({ device }) => device === 'eth1').map(({ address }) => address);
    expect(left.sort()).toEqual(['10.0.1.10', '10.0.1.51', '10.0.1.77']);
    await os.unbind([{ address: '10.0.1.50', device: 'eth1' }]);
    await os.unbind([{ address: '10.0.1.50', device: 'eth7' }]);
  });

  test('adds the policy rule and its table once, and removes both with the last address that needs them', async () => {
    await os.bind([onEth1('10.0.1.50', { policy }), onEth1('10.0.1.51', { policy })]);
    await os.bind([onEth1('10.0.1.50', { policy })]);
    expect(ns.ip('route show table 7003')).toMatch(/default via 10\.0\.1\.1 dev eth1 onlink/);
    expect(ns.ip('rule show').match(/from 10\.0\.1\.50 lookup 7003/g)).toHaveLength(1);

    await os.unbind([{ address: '10.0.1.50', device: 'eth1' }]);
    expect(ns.ip('rule show')).not.toContain('10.0.1.50');
    expect(ns.ip('route show table 7003')).toContain('default');

    await os.unbind([{ address: '10.0.1.51', device: 'eth1' }]);
    expect(ns.ip('rule show')).not.toContain('7003');
    expect(ns.ip('route show table all')).not.toContain('table 7003');
  });

  test('removes the rules that an earlier process left, and leaves the rules of others', async () => {
    await os.bind([onEth1('10.0.1.50', { policy })]);
    ns.ip('rule add from 10.0.1.50 lookup 9000 pref 9000');
    os.close();
    os = createIproute2({ netns: ns.path });
    await os.unbind([{ address: '10.0.1.50', device: 'eth1' }]);
    const rules = ns.ip('rule show');
    expect(rules).not.toContain('7003');
    expect(rules).toContain('from 10.0.1.50 lookup 9000');
  });

  test('unbinding on one NIC leaves the rule of the same address on the other', async () => {
    await os.bind([onEth1('10.0.1.50', { device: 'eth0' })]);
    await os.bind([onEth1('10.0.1.50', { policy })]);
    await os.unbind([{ address: '10.0.1.50', device: 'eth0' }]);
    expect(ns.ip('route get 10.9.9.9 from 10.0.1.50')).toContain('dev eth1');
    await os.unbind([{ address: '10.0.1.50', device: 'eth1' }]);
    expect(ns.ip('rule show')).not.toContain('7003');
  });

  test('a rule left by an earlier process on another NIC does not take the replies of the address now bound', async () => {
    await os.bind([onEth1('10.0.1.50', { policy }), onEth1('10.0.1.51', { policy })]);
    ns.ip('rule add from 10.0.1.50 lookup 9000 pref 9000');
    ns.ip('addr del 10.0.1.50/32 dev eth1');
    os.close();
    os = createIproute2({ netns: ns.path });
    const other = { table: 7005, gateway: '10.0.0.1' };
    await os.bind([onEth1('10.0.1.50', { device: 'eth0', policy: other })]);
    expect(ns.ip('route get 10.9.9.9 from 10.0.1.50')).toContain('dev eth0');
    const rules = ns.ip('rule show');
    expect(rules).not.toContain('from 10.0.1.50 lookup 7003');
    expect(rules).toContain('from 10.0.1.50 lookup 9000');
    expect(rules).toContain('from 10.0.1.51 lookup 7003');

    await os.bind([onEth1('10.0.1.50', { device: 'eth0' })]);
    expect(ns.ip('rule show')).not.toContain('7005');
    expect(ns.ip('route show table all')).not.toContain('table 7005');
  });

  test('listing removes the rules whose address is gone, and only those', async () => {
    await os.bind([onEth1('10.0.1.50', { policy }), onEth1('10.0.1.51', { policy })]);
    ns.ip('addr del 10.0.1.50/32 dev eth1'); // as the kernel does when its lifetime ends
    os.close();
    os = createIproute2({ netns: ns.path });
    await os.list();
    expect(ns.ip('rule show')).not.toContain('10.0.1.50');
    expect(ns.ip('rule show')).toContain('from 10.0.1.51 lookup 7003');
    expect(ns.ip('route show table 7003')).toContain('default');
  });

  test('a helper that hangs is replaced, and what it was to do is done', async () => {
    await os.bind([onEth1('10.0.1.50')]);
    process.kill(helperOf(ns, 'ip -4 -N -j -force -batch -'), 'SIGSTOP');
    await os.bind([onEth1('10.0.1.51', { policy })]);
    expect((await ours()).map(({ address }) => address)).toEqual(['10.0.1.50', '10.0.1.51']);
  });

  test('hears that another NIC took the default route', async () => {
    const drift = await watching(ns, os);
    const heard = drift.next();
    ns.ip('route add default via 10.0.1.1 dev eth1 metric 50');
    await heard;
    drift.stop();
  });

  test('states rule and route anew after a link flap took the route and somebody took the rule', async () => {
    const drift = await watching(ns, os);
    await os.bind([onEth1('10.0.1.50', { policy })]);

    const heard = drift.next();
    ns.ip('rule del pref 7003');
    ns.ip('link set eth1 down');
    ns.ip('link set eth1 up');
    expect(ns.ip('route show table all')).not.toContain('table 7003');
    await heard;

    await os.bind([onEth1('10.0.1.50', { policy })]);
    expect(ns.ip('route show table 7003')).toContain('default via 10.0.1.1 dev eth1');
    expect(ns.ip('rule show')).toContain('from 10.0.1.50 lookup 7003');
    drift.stop();
  });

  test('reports an address removed by hand, but not its own refreshes', async () => {
    const drift = await watching(ns, os);
    await os.bind([onEth1('10.0.1.50')]);
    let removed = false;
    const heard = drift.next().then(() => expect(removed).toBe(true));
    await os.bind([onEth1('10.0.1.50', { lifetimeSeconds: 30 })]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    removed = true;
    ns.ip('addr del 10.0.1.50/32 dev eth1');
    await heard;
    drift.stop();
  });

  test('goes on watching when the monitor was killed, and says that it may have missed something', async () => {
    const drift = await watching(ns, os);
    const heard = drift.next();
    process.kill(helperOf(ns, MONITOR), 'SIGKILL');
    await heard;
    const again = drift.next();
    await wiggleUntil(ns, again);
    drift.stop();
  });

  test('says which NIC is missing, and binds the others all the same', async () => {
    const failed = os.bind([onEth1('10.0.1.49', { device: 'eth9' }), onEth1('10.0.1.50')]);
    await expect(failed).rejects.toMatchObject({ reason: 'no-device', kind: 'retry-later' });
    await expect(failed).rejects.toThrow(/cannot bind 10\.0\.1\.49 on eth9: Cannot find device "eth9"/);
    expect(await ours()).toHaveLength(1);
  });

  test('says that the link is down when replies cannot be routed', async () => {
    ns.ip('link set eth1 down');
    await expect(os.bind([onEth1('10.0.1.50', { policy })])).rejects.toThrow(/cannot route replies .* link up/);
  });

  test('starts a new child when the old one was killed', async () => {
    await os.bind([onEth1('10.0.1.50')]);
    const pid = helperOf(ns, 'ip -4 -N -j -force -batch -');
    process.kill(pid, 'SIGKILL');
    await os.bind([onEth1('10.0.1.51')]);
    expect(await ours()).toHaveLength(2);
    expect(helperOf(ns, 'ip -4 -N -j -force -batch -')).not.toBe(pid);
  });

  test('refuses words that iproute2 would not parse, before it hears them', async () => {
    await expect(os.bind([onEth1('300.1.1.1')])).rejects.toThrow('"300.1.1.1" is not an IPv4 address');
    await expect(os.bind([onEth1('10.0.1.50', { device: 'enp0s31f6long' })])).rejects.toThrow(
      /has 13 characters; at most 11/,
    );
    await expect(os.bind([onEth1('10.0.1.50', { device: 'eth1\naddr flush' })])).rejects.toThrow();
    await expect(os.bind([onEth1('10.0.1.50', { lifetimeSeconds: 0 })])).rejects.toThrow(/whole number/);
  });

  test('knows links and the NIC of the default route', async () => {
    expect(await os.links()).toEqual(
      expect.arrayContaining([expect.objectContaining({ device: 'eth1', mac: '02:00:00:00:01:10' })]),
    );
    expect(await os.defaultRouteDevice()).toBe('eth0');
    ns.ip('route add default via 10.0.1.1 dev eth1 metric 50');
    expect(await os.defaultRouteDevice()).toBe('eth0');
    ns.ip('route del default dev eth0');
    expect(await os.defaultRouteDevice()).toBe('eth1');
  });

  test('leaves no helper process behind', async () => {
    os.watch(() => undefined);
    await os.bind([onEth1('10.0.1.50')]);
    const batch = helperOf(ns, 'ip -4 -N -j -force -batch -');
    const monitor = helperOf(ns, MONITOR);
    os.close();
    await expect(gone(batch)).resolves.toBeUndefined();
    await expect(gone(monitor)).resolves.toBeUndefined();
  });
});

test('a namespace that is not there is named', async () => {
  const os = createIproute2({ netns: '/run/netns/tg-no-such' });
  await expect(os.bind([onEth1('10.0.1.50')])).rejects.toThrow(/tg-no-such/);
  await expect(os.list()).rejects.toThrow(/tg-no-such/);
  os.close();
});

test('a missing tool is named with its package', async () => {
  await expect(runCommand({ program: 'tg-no-such-tool', args: [] })).rejects.toMatchObject({
    reason: 'tool-missing',
    kind: 'ask-a-person',
  });
  expect(toolFailure('ip', 'ENOENT', new Error()).message).toMatch(/ip was not found in PATH .*package iproute2/);
});

test('a command that hangs is ended and says so', async () => {
  const { code, stderr } = await runCommand({ program: 'sleep', args: ['60'] }, 50);
  expect(code).toBeNull();
  expect(stderr).toContain('gave no answer for 0.05 s');
});

(privileges.includes('root') ? describe : describe.skip)('without root', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tg-os-'));
  const bundle = join(folder, 'bind.cjs');
  let ns: TestNamespace;

  beforeAll(async () => {
    const source = join(folder, 'bind.ts');
    writeFileSync(
      source,
      `import { createIproute2 } from ${JSON.stringify(join(__dirname, 'iproute2'))};
       const os = createIproute2({ netns: null });
       const b = { address: '10.0.1.50', device: 'eth1', lifetimeSeconds: 30, policy: { table: 7003, gateway: '10.0.1.1' } };
       os.bind([b]).then(() => 'bound', (e) => e.reason + ' ' + e.kind + ' ' + e.message).then((s) => { console.log(s); os.close(); });`,
    );
    buildSync({ entryPoints: [source], bundle: true, platform: 'node', outfile: bundle, conditions: ['source'] });
    chmodSync(folder, 0o755);
    ns = await makeNamespace('root');
  });
  afterAll(async () => {
    await ns.close();
    rmSync(folder, { recursive: true });
  });

  const asNobody = (...caps: string[]) =>
    ns
      .run('setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', ...caps, process.execPath, bundle)
      .trim();

  test('CAP_NET_ADMIN is enough', () => {
    expect(asNobody('--inh-caps', '+net_admin', '--ambient-caps', '+net_admin')).toBe('bound');
    expect(ns.ip('addr show dev eth1')).toContain('10.0.1.50/32');
  });

  test('without it the error says what is missing', () => {
    expect(asNobody()).toMatch(/^no-permission ask-a-person cannot .*Operation not permitted.* CAP_NET_ADMIN/);
  });
});

const MONITOR = 'ip -o monitor address link rule route';

/** Starts to watch, and resolves when the monitor is known to hear. */
async function watching(ns: TestNamespace, os: Iproute2): Promise<{ next(): Promise<void>; stop(): void }> {
  let heard: () => void = () => undefined;
  const stop = os.watch(() => heard());
  const next = () => new Promise<void>((resolve) => (heard = resolve));
  await wiggleUntil(ns, next());
  // What it heard of the last change may still be on its way.
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { next, stop };
}

/** Changes an unused NIC again and again until `heard`. */
async function wiggleUntil(ns: TestNamespace, heard: Promise<void>): Promise<void> {
  const state = { heard: false };
  void heard.then(() => (state.heard = true));
  while (!state.heard) {
    ns.ip('link set vpc0 alias wiggled');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The one process in the namespace that runs this command line. */
function helperOf(ns: TestNamespace, commandLine: string): number {
  const inside = ns.run('sh', '-c', 'readlink /proc/self/ns/net').trim();
  const found = readdirSync('/proc').filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0/g, ' ').trim();
      return words === commandLine && readlinkSync(`/proc/${pid}/ns/net`) === inside;
    } catch {
      return false;
    }
  });
  expect(found).toHaveLength(1);
  return Number(found[0]);
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
