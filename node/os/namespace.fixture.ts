import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

/** A network namespace of a test's own: eth0 (default route) and eth1, each one end of a veth pair. */
export interface TestNamespace {
  /** For `netns`. */
  path: string;
  /** Runs `ip ARGS` inside, returns its stdout. */
  ip(args: string): string;
  /** Runs any command inside, returns its stdout. */
  run(program: string, ...args: string[]): string;
  /** Another namespace, which gets this NIC of ours. */
  beyond(nic: string): Promise<TestNamespace>;
  close(): Promise<void>;
}

const SETUP = `
set -e
ip link set lo up
ip link add eth0 address 02:00:00:00:00:10 type veth peer name vpc0
ip link add eth1 address 02:00:00:00:01:10 type veth peer name vpc1
for d in eth0 eth1 vpc0 vpc1; do ip link set $d up; done
ip addr add 10.0.0.10/24 dev eth0
ip addr add 10.0.1.10/24 dev eth1
ip route add default via 10.0.0.1 dev eth0
echo ready
exec cat
`;

/** How a namespace can be made here: as root, or as anybody inside a user namespace. */
export type Privilege = 'root' | 'user-namespace';

/** The ways that work here; empty where the kernel or a sandbox forbids namespaces. */
export function availablePrivileges(): Privilege[] {
  const works = (...flags: string[]) => {
    try {
      execFileSync('unshare', [...flags, 'ip', 'link', 'add', 'a0', 'type', 'veth', 'peer', 'name', 'a1'], {
        stdio: 'ignore',
      });
      return true;
    } catch {
      return false;
    }
  };
  return [...(works('-n') ? (['root'] as const) : []), ...(works('-Urn') ? (['user-namespace'] as const) : [])];
}

/** Makes one; it lives until `close`. */
export async function makeNamespace(privilege: Privilege): Promise<TestNamespace> {
  const flags = privilege === 'root' ? ['-n'] : ['-Urn'];
  const holder = await startHolder('unshare', [...flags, 'sh', '-c', SETUP]);
  return enter(holder, privilege);
}

interface Holder {
  child: ChildProcess;
  pid: number;
}

/** A process that says something when its namespace is ready, and keeps it until its stdin ends. */
async function startHolder(program: string, args: readonly string[]): Promise<Holder> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`cannot make a network namespace: ${said.join('')}`)));
  });
  if (child.pid === undefined) throw new Error('the namespace holder has no pid');
  return { child, pid: child.pid };
}

function enter({ child, pid }: Holder, privilege: Privilege): TestNamespace {
  const ns = `/proc/${pid}/ns`;
  const options =
    privilege === 'root' ? [`--net=${ns}/net`] : [`--net=${ns}/net`, `--user=${ns}/user`, '--preserve-credentials'];
  const run = (program: string, ...args: string[]) =>
    execFileSync('nsenter', [...options, '--', program, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const ip = (args: string) => run('ip', ...args.split(' '));
  return {
    path: `${ns}/net`,
    run,
    ip,
    async beyond(nic) {
      const script = 'ip link set lo up && echo ready && exec cat';
      const other = await startHolder('nsenter', [...options, '--', 'unshare', '-n', 'sh', '-c', script]);
      ip(`link set ${nic} netns ${other.pid}`);
      return enter(other, privilege);
    },
    close: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', () => resolve());
        child.stdin?.end();
      }),
  };
}
