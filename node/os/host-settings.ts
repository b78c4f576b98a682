import { runCommand } from './run-command';
import { inNamespace } from './netns';

/** Kernel settings that decide whether traffic flows through a cluster IP. Null: could not be read. */
export interface HostSettings {
  /** `net.ipv4.ip_forward`. */
  forwards: boolean | null;
  /** What counts of `rp_filter`: the higher one of the NIC's own and that of all. By device. */
  reversePath: ReadonlyMap<string, number>;
  /** Connections in the tracking table; null when nothing is tracked here. */
  tracked: number | null;
  /** `nf_conntrack_tcp_loose`: connections that began elsewhere are picked up. */
  picksUp: boolean | null;
}

/** Of a host that cannot be asked. */
export const UNKNOWN_SETTINGS: HostSettings = { forwards: null, reversePath: new Map(), tracked: null, picksUp: null };

const SYSCTL = '/proc/sys/net';
const READ_MS = 2000;

/** Reads them in the NICs' namespace, with one short-lived process. Never rejects. */
export async function readHostSettings(netns: string | null, devices: readonly string[]): Promise<HostSettings> {
  const paths = [
    'ipv4/ip_forward',
    'ipv4/conf/all/rp_filter',
    ...devices.map((device) => `ipv4/conf/${device}/rp_filter`),
    'netfilter/nf_conntrack_count',
    'netfilter/nf_conntrack_tcp_loose',
  ];
  // /proc/sys/net is that of the reader's namespace.
  const script = 'for f; do echo "$(cat "$f" 2>/dev/null)"; done'; // the shell's read gets one digit only
  const args = ['-c', script, 'tg-settings', ...paths.map((path) => `${SYSCTL}/${path}`)];
  const stdout = await runCommand(inNamespace(netns, { program: '/bin/sh', args }), READ_MS).then(
    (result) => result.stdout,
    () => '',
  );
  const lines = stdout.split('\n');
  const values = new Map(paths.map((path, i) => [path, numberOf(lines[i])]));
  const all = values.get('ipv4/conf/all/rp_filter') ?? 0;
  const reversePath = devices.flatMap((device): [string, number][] => {
    const own = values.get(`ipv4/conf/${device}/rp_filter`) ?? null;
    return own === null ? [] : [[device, Math.max(own, all)]];
  });
  return {
    forwards: flag(values.get('ipv4/ip_forward') ?? null),
    reversePath: new Map(reversePath),
    tracked: values.get('netfilter/nf_conntrack_count') ?? null,
    picksUp: flag(values.get('netfilter/nf_conntrack_tcp_loose') ?? null),
  };
}

const numberOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
const flag = (value: number | null): boolean | null => (value === null ? null : value !== 0);
