/** Addresses and names of the lab. */
export const VPC_CIDR = '10.0.0.0/16';
export const MANAGEMENT = { cidr: '10.0.0.0/24', gateway: '10.0.0.1' };
export const DATA = { cidr: '10.0.1.0/24', gateway: '10.0.1.1' };

/** Where the emulated EC2 and the instance metadata listen. */
export const AWS_ADDRESS = '10.0.255.1';

/** The cluster IP, and another one to change to. */
export const CLUSTER_IP = '10.0.1.50';
export const SECOND_CLUSTER_IP = '10.0.1.51';

/** What LAN hosts reach through the gateways, with the cluster IP as the next hop, and the host there. */
export const BEHIND_CIDR = '172.16.0.0/12';
export const BEHIND_ADDRESS = '172.16.0.5';

export const LAN_ADDRESS = '10.0.1.100';

/** Port of the service on the gateways and on the host behind them. */
export const SERVICE_PORT = 7000;

export const HEARTBEAT_PORT = 9000;

export type GatewayName = 'a' | 'b';
export const GATEWAYS = ['a', 'b'] as const;
export const other = (name: GatewayName): GatewayName => (name === 'a' ? 'b' : 'a');

/** One gateway's addresses, and the ends of its NICs at the VPC's router. */
export interface GatewayPlan {
  fqdn: string;
  management: string;
  data: string;
  /** A secondary address of its data ENI that is somebody else's and must stay. */
  foreign: string;
  /** Towards the host behind: the gateway's address and that host's. */
  behind: { own: string; far: string };
  router: { management: string; data: string };
}

export const PLAN: Readonly<Record<GatewayName, GatewayPlan>> = {
  a: {
    fqdn: 'gw-a.example.com',
    management: '10.0.0.10',
    data: '10.0.1.10',
    foreign: '10.0.1.77',
    behind: { own: '172.16.1.2', far: '172.16.1.1' },
    router: { management: 'vpc-a0', data: 'vpc-a1' },
  },
  b: {
    fqdn: 'gw-b.example.com',
    management: '10.0.0.11',
    data: '10.0.1.11',
    foreign: '10.0.1.78',
    behind: { own: '172.16.1.6', far: '172.16.1.5' },
    router: { management: 'vpc-b0', data: 'vpc-b1' },
  },
};

/** The router's NIC towards the LAN host, and one that leads nowhere: what no ENI holds is delivered there. */
export const LAN_NIC = 'vpc-lan';
export const NOWHERE = 'vpc-none';
