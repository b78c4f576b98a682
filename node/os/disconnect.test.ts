import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { createDisconnector } from './disconnect';
import { createIproute2, type Iproute2 } from './iproute2';
import { availablePrivileges, makeNamespace, type TestNamespace } from './namespace.fixture';
import { inNamespace } from './netns';
import { REFUSAL_TABLE } from './refusal';
import { resetSessions } from './tcp-sessions';
import { findTool } from './tools';

jest.setTimeout(20_000); // some of these start four Node processes

const VIP = { address: '10.0.1.50', device: 'eth1' };
const binding = { ...VIP, lifetimeSeconds: 60, policy: { table: 7003, gateway: '10.0.1.1' } };
const [privilege] = availablePrivileges();
const hasNft = findTool('nft') !== null;
const hasConntrack = findTool('conntrack') !== null;

const skipped = [
  ...(privilege === undefined ? ['network namespaces: NOTHING of disconnecting'] : []),
  ...(hasNft ? [] : ['nft: the refusal of new connections']),
  ...(findTool('arping') === null ? ['arping: the gratuitous ARP'] : []),
  ...(hasConntrack ? [] : ['conntrack: the forgetting of translated connections']),
];
if (skipped.length > 0) {
  process.stderr.write(`\n*** SKIPPED, for want of ${skipped.join('; of ')} was NOT tested on a kernel.\n\n`);
}

(privilege === undefined ? describe.skip : describe)('a client of an address that is given up', () => {
  let ns: TestNamespace;
  let client: TestNamespace;
  let os: Iproute2;
  const started: Talker[] = [];

  beforeEach(async () => {
    ns = await makeNamespace(privilege ?? 'root');
    client = await ns.beyond('vpc1');
    client.ip('addr add 10.0.1.1/24 dev vpc1');
    client.ip('addr add 10.7.7.7/32 dev lo');
    client.ip('link set vpc1 up');
    os = createIproute2({ netns: ns.path });
    await os.bind([binding]);
    const server = run(
      ns.path,
      "require('net').createServer((c) => { c.on('error', () => 0); c.write('hi\\n'); }).listen(7000, () => console.log('ready'))",
    );
    await server.line();
  });
  afterEach(async () => {
    os.close();
    for (const { child } of started.splice(0)) child.kill('SIGKILL');
    await client.close();
    await ns.close();
  });

  function run(netns: string, source: string): Talker {
    const { program, args } = inNamespace(netns, { program: process.execPath, args: ['-e', source] });
    const talker = new Talker(spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
    started.push(talker);
    return talker;
  }
  /** Connects; prints what it hears first, and how it ends. From another subnet, so that the answers need the rule. */
  const connect = () =>
    run(
      client.path,
      `const s = require('net').connect({ host: '${VIP.address}', port: 7000, localAddress: '10.7.7.7' });
       s.on('data', () => console.log('served')); s.on('error', (e) => { console.log(e.code); process.exit(); });
       s.setTimeout(900, () => s.connecting && (console.log('silence'), process.exit()));`,
    );

  test('is reset though it only listens, and others are not', async () => {
    ns.ip('addr add 10.0.1.60/32 dev eth1');
    ns.ip('rule add from 10.0.1.60 lookup 7003');
    const other = run(
      client.path,
      `const s = require('net').connect(7000, '10.0.1.60'); s.on('data', () => console.log('served')); s.on('error', (e) => console.log(e.code));`,
    );
    const idle = connect();
    expect(await idle.line()).toBe('served');
    expect(await other.line()).toBe('served');
    await os.disconnect([VIP], { refuseNew: false });
    expect(await idle.line()).toBe('ECONNRESET');
    expect(ns.run('ss', '-Htn', 'src', '10.0.1.60')).toContain('ESTAB');
    expect(await connect().line()).toBe('served');
  });

  (hasNft ? test : test.skip)(
    'is refused from then on, also after the unbind, until the address is bound again',
    async () => {
      const idle = connect();
      expect(await idle.line()).toBe('served');
      await os.disconnect([VIP], { refuseNew: true });
      expect(await idle.line()).toBe('ECONNRESET');
      expect(await connect().line()).toBe('ECONNREFUSED');
      await os.unbind([VIP]);
      expect(await connect().line()).toBe('ECONNREFUSED');
      await os.list();
      expect(await connect().line()).toBe('ECONNREFUSED');

      await os.bind([binding]);
      await until(() => !ns.run('nft', 'list', 'set', 'ip', REFUSAL_TABLE, 'addresses').includes(VIP.address));
      expect(await connect().line()).toBe('served');
    },
  );

  (hasNft ? test : test.skip)('is refused for seconds only, and nothing of it outlives the daemon', async () => {
    await os.disconnect([VIP], { refuseNew: true });
    expect(ns.run('nft', 'list', 'set', 'ip', REFUSAL_TABLE, 'addresses')).toMatch(/10\.0\.1\.50 timeout 10s expires/);
    await os.unbind([VIP]);
    expect(ns.ip('rule show')).toContain('7003');
    ns.run('nft', 'add table ip somebody_elses');
    os.close();
    await until(() => !ns.run('nft', 'list', 'tables').includes(REFUSAL_TABLE));
    await until(() => !ns.ip('rule show').includes('7003'));
    expect(ns.run('nft', 'list', 'tables')).toContain('somebody_elses');
  });

  (hasNft ? test : test.skip)('the rules of refused addresses go as soon as the refusal has ended', async () => {
    let time = 0;
    const timed = createIproute2({ netns: ns.path, now: () => time });
    const other = { ...VIP, address: '10.0.1.51' };
    try {
      await timed.bind([binding, { ...binding, ...other }]);
      await timed.disconnect([VIP, other], { refuseNew: true });
      await timed.unbind([VIP, other]);
      for (time = 0; time < 9999; time += 1111) await timed.list();
      expect(ns.ip('rule show').match(/lookup 7003/g)).toHaveLength(2);
      time = 10_000;
      await timed.list();
      expect(ns.ip('rule show')).not.toContain('7003');
      expect(ns.ip('route show table all')).not.toContain('table 7003');
    } finally {
      timed.close();
    }
  });

  (hasNft ? test : test.skip)('the rules and the table of refused addresses do not outlive the daemon', async () => {
    const other = { ...VIP, address: '10.0.1.51' };
    await os.bind([{ ...binding, ...other }]);
    await os.disconnect([VIP, other], { refuseNew: true });
    await os.unbind([VIP, other]);
    os.close();
    await until(() => !ns.ip('rule show').includes('7003'));
    await until(() => !ns.ip('route show table all').includes('table 7003'));
  });

  (hasNft ? test : test.skip)('what a killed daemon left is removed by the next one', async () => {
    await os.disconnect([VIP], { refuseNew: true });
    const next = createIproute2({ netns: ns.path });
    next.watch(() => undefined);
    await until(() => !ns.run('nft', 'list', 'tables').includes(REFUSAL_TABLE));
    next.close();
  });

  test('without nft and conntrack it is reset all the same', async () => {
    const bare = createDisconnector({
      netns: ns.path,
      now: () => performance.now(),
      find: (tool) => (tool === 'ss' ? findTool('ss') : null),
    });
    const idle = connect();
    expect(await idle.line()).toBe('served');
    await bare.disconnect([VIP.address], true);
    expect(await idle.line()).toBe('ECONNRESET');
    expect(bare.isRefusing(VIP.address)).toBe(false);
    bare.forgetTracked([VIP.address]);
    bare.close();
  });

  (findTool('arping') === null ? test.skip : test)('its neighbours hear of an address that was bound', async () => {
    const neighbour = () => client.ip('neigh show 10.0.1.51 dev vpc1');
    client.ip('neigh add 10.0.1.51 lladdr 02:00:00:00:00:99 dev vpc1 nud stale');
    await os.bind([{ ...binding, address: '10.0.1.51' }]);
    await until(() => neighbour().includes('02:00:00:00:01:10'));
  });

  (hasConntrack && hasNft ? test : test.skip)('translations to the address are forgotten with it', async () => {
    ns.run('nft', 'table ip t { chain c { type filter hook input priority 0; ct state established accept; }; }');
    expect(await connect().line()).toBe('served');
    expect(ns.run('conntrack', '-L', '-d', VIP.address)).toContain('dport=7000');
    await os.unbind([VIP]);
    await until(() => ns.run('conntrack', '-L').trim() === '');
  });
});

describe('an ss that can do nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tg-ss-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const fake = (name: string, script: string) => {
    const ss = join(folder, name);
    writeFileSync(ss, `#!/bin/sh\n${script}\n`);
    chmodSync(ss, 0o755);
    return { netns: null, ss, deadline: () => 5000 };
  };

  test('exits 0 and is found out', async () => {
    const liar = fake('liar', 'echo "ESTAB 0 0 10.0.1.50:7000 10.0.1.1:40000"');
    await expect(resetSessions(liar, ['10.0.1.50'])).rejects.toMatchObject({ reason: 'no-permission' });
    await expect(resetSessions(liar, ['10.0.1.50'])).rejects.toThrow(/10\.0\.1\.50: 1 are left.*CAP_NET_ADMIN/);
  });

  test('that hangs is not waited for', async () => {
    const stuck = { ...fake('stuck', 'exec sleep 60'), deadline: () => 50 };
    await expect(resetSessions(stuck, ['10.0.1.50'])).rejects.toThrow(/no answer/);
  });
});

/** What a process prints, line by line: each is kept until it is asked for. */
class Talker {
  private readonly lines: AsyncIterator<string>;
  constructor(readonly child: ChildProcessByStdio<Writable, Readable, null>) {
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }
  async line(): Promise<string> {
    const next = await this.lines.next();
    return next.done === true ? 'ended without a word' : next.value;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
