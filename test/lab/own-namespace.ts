import { run } from '../harness/run';
import { startChild } from '../harness/child';

const INSIDE = 'TG_LAB_INSIDE';

/** How this process may make a network namespace: as it is, or in a user namespace of its own. */
const WAYS: readonly (readonly string[])[] = [['--net'], ['--user', '--map-root-user', '--net']];

/** One veth pair, one rule that drops, one switch of the kernel: what the lab cannot do without. */
const TRIAL =
  'ip link add tg0 type veth peer name tg1 && ip rule add pref 9 ipproto tcp dport 9 blackhole && echo 1 > /proc/sys/net/ipv4/ip_forward';

/** What came of {@link inOwnNamespace}: carry on here, or leave with the exit code of the run inside, or nothing goes here. */
export type Place = { kind: 'inside' } | { kind: 'done'; code: number } | { kind: 'forbidden'; reason: string };

/**
 * Runs this program once more in a network namespace of its own, which will be the VPC's router: nothing that the lab
 * does can reach the machine's own network, and all of it goes with the last of the lab's processes.
 */
export async function inOwnNamespace(): Promise<Place> {
  if (process.env[INSIDE] !== undefined) return { kind: 'inside' };
  if (process.platform !== 'linux') {
    return { kind: 'forbidden', reason: `network namespaces are a Linux feature; this is ${process.platform}` };
  }
  const reasons: string[] = [];
  for (const way of WAYS) {
    const trial = await run('unshare', [...way, 'sh', '-c', TRIAL]).catch((error: unknown) => ({
      code: null,
      stderr: String(error),
    }));
    if (trial.code === 0) return { kind: 'done', code: await runInside(way) };
    reasons.push(`unshare ${way.join(' ')}: ${trial.stderr.trim().split('\n')[0] ?? 'no reason given'}`);
  }
  return { kind: 'forbidden', reason: `this system forbids network namespaces (${reasons.join('; ')})` };
}

async function runInside(way: readonly string[]): Promise<number> {
  const args = [...way, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = await startChild('unshare', args, {
    name: 'lab',
    env: { ...process.env, [INSIDE]: '1' },
    inheritOutput: true,
  });
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // The run inside puts everything away while we wait for it; whoever insists ends it at once.
    process.on(signal, () => void child.stop(++signals > 2 ? 'SIGKILL' : signal, 60_000));
  }
  const { code, signal } = await child.exited;
  return code ?? (signal === 'SIGINT' ? 130 : 1);
}
