import type { ActorFinding, WatchedNic } from './finding';
import type { HostView } from './host-view';

/** dhclient flushes the addresses with the NIC's own label when its lease changes; ours carry another and stay. */
export async function findDhclient(host: HostView, { nic }: WatchedNic): Promise<ActorFinding[]> {
  const processes = (await host.ask('pgrep', '-a', 'dhclient')) ?? '';
  if (!processes.split('\n').some((line) => line.split(/\s+/).slice(1).includes(nic))) return [];
  return [
    {
      actor: 'dhclient',
      nic,
      severity: 'note',
      message: `dhclient runs on ${nic}; it leaves labelled addresses such as the cluster IP alone`,
      dropIn: null,
    },
  ];
}
