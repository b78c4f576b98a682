import { execFileSync, spawn } from 'node:child_process';

/** A network namespace of a test's own: eth0 (default route) and eth1, each one end of a veth pair. */
export interface TestNamespace {
  /** For `netns`. */
  path: string;
  /** Runs `ip ARGS` inside, returns its stdout. */
  ip(args: string): string;
  /** Runs any command inside, returns its stdout. */
  run(program: string, ...args: string[]): string;
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
  const holder = spawn('unshare', [...flags, 'sh', '-c', SETUP], { stdio: ['pipe', 'pipe', 'pipe'] });
  const said: string[] = [];
  holder.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve());
    holder.once('error', reject);
    holder.once('exit', () => reject(new Error(`cannot make a network namespace: ${said.join('')}`)));
  });
  if (holder.pid === undefined) throw new Error('the namespace holder has no pid');
  const ns = `/proc/${holder.pid}/ns`;
  const enter =
    privilege === 'root' ? [`--net=${ns}/net`] : [`--net=${ns}/net`, `--user=${ns}/user`, '--preserve-credentials'];
  const run = (program: string, ...args: string[]) =>
    execFileSync('nsenter', [...enter, '--', program, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    path: `${ns}/net`,
    run,
    ip: (args) => run('ip', ...args.split(' ')),
    close: () =>
      new Promise((resolve) => {
        holder.removeAllListeners('exit');
        holder.once('exit', () => resolve());
        holder.stdin.end();
      }),
  };
}
