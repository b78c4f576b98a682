import type { Scope } from '../../harness/scope';
import type { LabWorld } from '../world';
import { createHost, type Host } from './host';
import {
  BEHIND_ADDRESS,
  BEHIND_CIDR,
  CLUSTER_IP,
  DATA,
  GATEWAYS,
  LAN_ADDRESS,
  LAN_NIC,
  MANAGEMENT,
  PLAN,
  VPC_CIDR,
  type GatewayName,
} from './plan';
import type { Router } from './router';

/** The hosts of the lab, and the router between them. */
export interface LabNetwork {
  router: Router;
  gateways: Readonly<Record<GatewayName, Host>>;
  lan: Host;
  behind: Host;
  /**
   * Sends what the host behind answers through that gateway. A gateway's own routing (a tunnel's, say) does this in real
   * life; the lab does it together with the VPC's mapping.
   */
  answerThrough(gateway: GatewayName): Promise<void>;
}

/** Makes hosts, NICs, addresses and routes; nothing of the cluster. */
export async function createLabNetwork(scope: Scope, router: Router, world: LabWorld): Promise<LabNetwork> {
  const [a, b, lan, behind] = await Promise.all(
    ['gw-a', 'gw-b', 'lan host', 'host behind'].map((name) => createHost(scope, name)),
  );
  const gateways = { a: a!, b: b! };
  await behind!.sysctl({ 'conf/all/rp_filter': 0, 'conf/default/rp_filter': 0 });
  await behind!.batch.run(`addr add ${BEHIND_ADDRESS}/32 dev lo`);
  for (const name of GATEWAYS) await connectGateway(router, gateways[name], behind!, world, name);
  await router.plug(lan!, 'eth1', {
    device: LAN_NIC,
    eniId: world.lan.id,
    mac: world.lan.mac,
    cidr: within(LAN_ADDRESS, DATA.cidr),
    gateway: DATA.gateway,
  });
  await lan!.batch.run(
    `route add default via ${DATA.gateway} dev eth1`,
    `route add ${BEHIND_CIDR} via ${CLUSTER_IP} dev eth1`,
  );
  return {
    router,
    gateways,
    lan: lan!,
    behind: behind!,
    answerThrough: (name) => behind!.batch.run(`route replace ${VPC_CIDR} via ${PLAN[name].behind.own}`),
  };
}

async function connectGateway(router: Router, host: Host, behind: Host, world: LabWorld, name: GatewayName) {
  const plan = PLAN[name];
  const { management, data } = world.gateways[name];
  // Loose on the NICs, as most distributions have it; what comes in by eth1 may be answered by eth0.
  await host.sysctl({ ip_forward: 1, 'conf/all/rp_filter': 0, 'conf/default/rp_filter': 2 });
  await router.plug(host, 'eth0', {
    device: plan.router.management,
    eniId: management.id,
    mac: management.mac,
    cidr: within(plan.management, MANAGEMENT.cidr),
    gateway: MANAGEMENT.gateway,
  });
  await router.plug(host, 'eth1', {
    device: plan.router.data,
    eniId: data.id,
    mac: data.mac,
    cidr: within(plan.data, DATA.cidr),
    gateway: DATA.gateway,
  });
  await host.batch.run(
    `route add default via ${MANAGEMENT.gateway} dev eth0`,
    `link add eth2 type veth peer name to-${name} netns ${behind.pid}`,
    'link set eth2 up',
    `addr add ${plan.behind.own}/30 dev eth2`,
    `route add ${BEHIND_ADDRESS}/32 via ${plan.behind.far}`,
  );
  await behind.batch.run(`link set to-${name} up`, `addr add ${plan.behind.far}/30 dev to-${name}`);
}

const within = (address: string, cidr: string) => `${address}/${cidr.split('/')[1]!}`;
