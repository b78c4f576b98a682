import { startChild } from './child';
import { mustRun, run } from './run';

/** A NIC to make in a namespace, as the instance of that ENI would see it. */
export interface NicSpec {
  device: string;
  mac: string;
  /** The ENI's primary address with the subnet's prefix length: 10.0.1.10/24. */
  cidr: string;
  /** Sets the default route through this NIC. */
  gateway?: string;
}

/** A network namespace that lives as long as its holder process. */
export interface Namespace {
  /** For `os.netns` of node.yaml. */
  readonly path: string;
  /** Runs `ip` inside and returns its stdout. */
  ip(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/** Why network namespaces cannot be made here, in a sentence; null when they can. */
export async function namespacesForbidden(): Promise<string | null> {
  if (process.platform !== 'linux') return `network namespaces are a Linux feature; this is ${process.platform}`;
  for (const tool of ['unshare', 'nsenter', 'ip']) {
    const found = await run(tool, [tool === 'ip' ? '-V' : '--version']).catch(() => null);
    if (!found) return `the command "${tool}" is not installed (${tool === 'ip' ? 'iproute2' : 'util-linux'})`;
  }
  const trial = await run('unshare', ['--net', 'ip', 'link', 'add', 'tg0', 'type', 'veth', 'peer', 'name', 'tg1']);
  if (trial.code === 0) return null;
  return `this system forbids network namespaces with veth devices (${trial.stderr.trim().split('\n')[0] ?? 'no reason given'})`;
}

/** Makes a namespace with these NICs (veth pairs whose other end leads nowhere), addresses and default route. */
export async function createNamespace(nics: readonly NicSpec[]): Promise<Namespace> {
  const holder = await startChild('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo held && exec cat'], {
    name: 'namespace holder',
    holdStdin: true,
  });
  try {
    await holder.line(/^held$/m, 10_000);
    const path = `/proc/${holder.pid}/ns/net`;
    const inside = (args: string[], input?: string) =>
      mustRun('nsenter', [`--net=${path}`, 'ip', ...args], input === undefined ? {} : { input });
    const batch = nics.flatMap(({ device, mac, cidr, gateway }, index) => [
      `link add ${device} address ${mac} type veth peer name vpc${index}`,
      `link set vpc${index} up`,
      `link set ${device} up`,
      `addr add ${cidr} dev ${device}`,
      ...(gateway === undefined ? [] : [`route add default via ${gateway} dev ${device}`]),
    ]);
    await inside(['-batch', '-'], `${batch.join('\n')}\n`);
    return {
      path,
      ip: (...args) => inside(args),
      close: async () => {
        await holder.stop();
      },
    };
  } catch (error) {
    await holder.stop();
    throw error;
  }
}
