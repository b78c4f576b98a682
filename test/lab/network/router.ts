import { writeFileSync } from 'node:fs';
import type { RunningVpc, VpcState } from '@tg/vpc';
import type { Scope } from '../../harness/scope';
import { setSysctl, type Host } from './host';
import { IpBatch } from './ip-batch';
import { AWS_ADDRESS, CLUSTER_IP, NOWHERE } from './plan';
import { changes, mappingOf, type Mapping, type Port } from './routes';

/** The VPC as a router: this process's own network namespace, with a NIC for each ENI. */
export interface Router {
  readonly batch: IpBatch;
  /** Makes the NIC of an ENI on a host, and its end here. */
  plug(host: Host, device: string, eni: Port & { cidr: string; gateway: string }): Promise<void>;
  /**
   * Has the routes follow what the emulated EC2 says, from now on. `moved` hears of every change once it is in force,
   * `failed` of one that could not be brought about.
   */
  follow(vpc: RunningVpc, heard: { moved: (mapping: Mapping) => void; failed: (error: Error) => void }): Promise<void>;
}

const ipv4 = (device: string, key: string) => `conf/${device}/${key}`;

/** Makes the router of our own namespace; it goes with the namespace. */
export async function createRouter(scope: Scope): Promise<Router> {
  const batch = new IpBatch(null);
  scope.defer("end the router's ip", () => batch.close());
  await setSysctl({
    ip_forward: 1,
    'conf/all/rp_filter': 0,
    'conf/default/rp_filter': 0,
    'conf/all/send_redirects': 0,
    'conf/default/send_redirects': 0,
  });
  await batch.run(
    'link set lo up',
    `addr add ${AWS_ADDRESS}/32 dev lo`,
    // A cut is a rule; it must come before the table of our own addresses, which has the first place by default.
    'rule add pref 100 lookup local',
    'rule del pref 0',
    `link add ${NOWHERE} type bridge`,
    `link set ${NOWHERE} up`,
  );
  const ports: Port[] = [];

  return {
    batch,

    async plug(host, device, { cidr, gateway, ...port }) {
      const address = cidr.split('/')[0]!;
      await batch.run(
        `link add ${port.device} type veth peer name ${device} address ${port.mac} netns ${host.pid}`,
        `link set ${port.device} up`,
        `addr add ${gateway}/32 dev ${port.device}`,
        `route add ${address}/32 dev ${port.device}`,
        `neigh replace ${address} lladdr ${port.mac} dev ${port.device} nud permanent`,
      );
      // The VPC answers every ARP request itself, at once; hosts never see each other's frames.
      await setSysctl({
        [ipv4(port.device, 'proxy_arp')]: 1,
        [`neigh/${port.device}/proxy_delay`]: 0,
        [ipv4(port.device, 'rp_filter')]: 1,
      });
      await host.batch.run(`link set ${device} up`, `addr add ${cidr} dev ${device}`);
      if (port.eniId !== '') ports.push(port);
    },

    async follow(vpc, { moved, failed }) {
      let mapping: Mapping | null = null;
      let first: Promise<void> | undefined;
      const adopt = async (state: VpcState) => {
        const next = mappingOf(state, ports);
        const lines = changes(mapping, next, CLUSTER_IP);
        checkSources(ports, mapping, next);
        mapping = next;
        if (lines.length === 0) return;
        await batch.run(...lines);
        moved(next);
      };
      scope.defer(
        'follow the VPC no longer',
        vpc.onState((state) => {
          const done = adopt(state);
          first ??= done; // its failure is the caller's
          done.catch((error: unknown) => {
            if (first !== done) failed(error instanceof Error ? error : new Error(String(error)));
          });
        }),
      );
      await first;
    },
  };
}

/** The source half of the source/dest check: what leaves an ENI must come from an address that is delivered to it. */
function checkSources(ports: readonly Port[], before: Mapping | null, after: Mapping): void {
  for (const { device } of ports) {
    const isOff = after.forwarding.has(device);
    if (before?.forwarding.has(device) === isOff) continue;
    writeFileSync(`/proc/sys/net/ipv4/conf/${device}/rp_filter`, isOff ? '0' : '1');
  }
}
