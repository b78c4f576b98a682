import type { IpBatch } from './ip-batch';
import { HEARTBEAT_PORT, PLAN, type GatewayName } from './plan';

/** What can be cut off from a gateway: `peer` its heartbeats, `ec2` the EC2 endpoint, `machine` all of it. */
export type Cut = 'peer' | 'ec2' | 'machine';

/** Rules that make the router drop silently; lifted by deleting the same rules. */
export function cutRules(gateway: GatewayName, cut: Cut, ec2Port: number): string[] {
  const { management, data } = PLAN[gateway].router;
  const tcp = (device: string, side: 'dport' | 'sport', port: number) => `iif ${device} ipproto tcp ${side} ${port}`;
  switch (cut) {
    case 'peer':
      return [management, data].flatMap((device) => [
        tcp(device, 'dport', HEARTBEAT_PORT),
        tcp(device, 'sport', HEARTBEAT_PORT),
      ]);
    case 'ec2':
      return [tcp(management, 'dport', ec2Port), tcp(data, 'dport', ec2Port)];
    case 'machine':
      return [
        `iif ${management}`,
        `iif ${data}`,
        ...[PLAN[gateway].management, PLAN[gateway].data].map((address) => `to ${address}`),
      ];
  }
}

/** Cuts, and resolves to the way to mend it. */
export async function cut(
  batch: IpBatch,
  gateway: GatewayName,
  what: Cut,
  ec2Port: number,
): Promise<() => Promise<void>> {
  const rules = cutRules(gateway, what, ec2Port).map((rule) => `pref 10 ${rule} blackhole`);
  await batch.run(...rules.map((rule) => `rule add ${rule}`));
  return () => batch.run(...rules.map((rule) => `rule del ${rule}`));
}
