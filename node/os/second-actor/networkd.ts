import { basename } from 'node:path';
import { type ActorFinding, type DropIn, settings, type WatchedNic } from './finding';
import type { HostView } from './host-view';

const DROP_IN_NAME = '50-cluster-ip.conf';
/** Highest priority first: a drop-in hides those of the same name further down. */
const FOLDERS = [
  '/etc/systemd/network',
  '/run/systemd/network',
  '/usr/local/lib/systemd/network',
  '/usr/lib/systemd/network',
  '/lib/systemd/network',
];

/**
 * systemd-networkd removes addresses that are not its own on a changed drop-in's reload and on `reconfigure`, unless
 * `KeepConfiguration` says otherwise; `static` keeps the address but not rule and table routes.
 */
export async function findNetworkd(host: HostView, watched: WatchedNic): Promise<ActorFinding[]> {
  const link = await host.read(`/run/systemd/netif/links/${watched.index}`);
  if (link === null) return [];
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(link)?.[1];
  const file = value('NETWORK_FILE');
  if (value('ADMIN_STATE') === 'unmanaged' || file === undefined || file === '') return [];

  const text = await effectiveText(host, file);
  const keep = settings(text, 'Network', 'KeepConfiguration').at(-1)?.toLowerCase() ?? 'no';
  const own = [...settings(text, 'Network', 'Address'), ...settings(text, 'Address', 'Address')].map(
    (a) => a.split('/')[0],
  );
  const dropIn = networkdDropIn(file);
  const finding = (message: string, help: DropIn | null): ActorFinding => ({
    actor: 'systemd-networkd',
    nic: watched.nic,
    severity: 'fatal',
    message,
    dropIn: help,
  });

  const findings = watched.addresses
    .filter((address) => own.includes(address))
    .map((address) =>
      finding(
        `systemd-networkd binds ${address} on ${watched.nic} by itself (an Address= of ${file} or its drop-ins); remove that line and run networkctl reload`,
        null,
      ),
    );
  if (['yes', 'true', '1', 'on'].includes(keep) || (keep === 'static' && !watched.needsRule)) return findings;
  const what = keep === 'static' ? 'the policy rule and the routes' : 'the cluster IP';
  return [
    ...findings,
    finding(
      `systemd-networkd manages ${watched.nic} (${file}) and would remove ${what} when it reloads or reconfigures the NIC (KeepConfiguration=${keep})`,
      dropIn,
    ),
  ];
}

/** The drop-in that makes networkd leave the addresses, rules and routes of others on that NIC alone. */
export function networkdDropIn(networkFile: string): DropIn {
  return {
    path: `/etc/systemd/network/${basename(networkFile)}.d/${DROP_IN_NAME}`,
    content: '# The cluster IP, its rule and its route belong to tg-node.\n[Network]\nKeepConfiguration=yes\n',
    activate: 'networkctl reload',
  };
}

/** Keeps networkd from removing the rules and routes of others on any NIC; goes with {@link networkdDropIn}. */
export const NETWORKD_CONF_DROP_IN: DropIn = {
  path: `/etc/systemd/networkd.conf.d/${DROP_IN_NAME}`,
  content:
    '# The policy rule and the route of the cluster IP belong to tg-node.\n[Network]\nManageForeignRoutingPolicyRules=no\nManageForeignRoutes=no\n',
  activate: 'systemctl restart systemd-networkd',
};

async function effectiveText(host: HostView, file: string): Promise<string> {
  const dropIns = new Map<string, string>();
  for (const folder of FOLDERS) {
    const path = `${folder}/${basename(file)}.d`;
    for (const name of await host.names(path)) {
      if (name.endsWith('.conf') && !dropIns.has(name)) dropIns.set(name, `${path}/${name}`);
    }
  }
  const files = [file, ...[...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)];
  const texts = await Promise.all(files.map((path) => host.read(path)));
  return texts.map((text) => text ?? '').join('\n');
}
