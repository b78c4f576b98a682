import type { ActorFinding, WatchedNic } from './finding';
import type { HostView } from './host-view';

/** NetworkManager removes foreign addresses on `device reapply`, `con up` and a link flap; nothing but not managing the NIC stops it. */
export async function findNetworkManager(host: HostView, { nic }: WatchedNic): Promise<ActorFinding[]> {
  const devices = await host.ask('nmcli', '-t', '-f', 'DEVICE,STATE', 'device');
  const state = devices
    ?.split('\n')
    .find((line) => line.startsWith(`${nic}:`))
    ?.slice(nic.length + 1);
  if (state === undefined || state === 'unmanaged') return [];
  return [
    {
      actor: 'NetworkManager',
      nic,
      severity: 'fatal',
      message: `NetworkManager manages ${nic} (${state}) and would remove the cluster IP when it re-applies the profile or the link flaps. Its only way to leave an address alone is not to manage the NIC: configure ${nic} by another tool first, e.g. systemd-networkd`,
      dropIn: {
        path: `/etc/NetworkManager/conf.d/50-cluster-ip-${nic}.conf`,
        content: `# The cluster IP on ${nic} belongs to tg-node.\n[keyfile]\nunmanaged-devices+=interface-name:${nic}\n`,
        activate: 'nmcli general reload',
      },
    },
  ];
}
