import type { VpcState } from '@tg/vpc';
import { BEHIND_CIDR, NOWHERE } from './plan';

/** A router NIC with an ENI behind it. */
export interface Port {
  eniId: string;
  mac: string;
  device: string;
}

/** What the router has to know of the VPC: who gets each address, and who gets what is routed through a cluster IP. */
export interface Mapping {
  /** The router's NIC, by address. */
  addresses: ReadonlyMap<string, Port>;
  /** Ports whose ENI may pass on what is not addressed to it (source/dest check off). */
  forwarding: ReadonlySet<string>;
}

/** What the state of the VPC says of the ENIs behind those ports. */
export function mappingOf(state: VpcState, ports: readonly Port[]): Mapping {
  const addresses = new Map<string, Port>();
  const forwarding = new Set<string>();
  for (const port of ports) {
    const eni = state.enis.get(port.eniId);
    if (!eni) continue;
    for (const address of [eni.primary, ...eni.secondary]) addresses.set(address, port);
    if (!eni.sourceDestCheck) forwarding.add(port.device);
  }
  return { addresses, forwarding };
}

/**
 * The lines of `ip -batch` that bring the router from one mapping to the next, neighbours before routes. Neighbours are
 * permanent: a packet reaches its ENI whether or not anybody has bound the address there, as in AWS. An address that no
 * ENI holds leads nowhere.
 */
export function changes(before: Mapping | null, after: Mapping, nextHop: string): string[] {
  const lines: string[] = [];
  const names = new Set([...(before?.addresses.keys() ?? []), ...after.addresses.keys(), nextHop]);
  for (const address of names) {
    const port = after.addresses.get(address) ?? null;
    if (before && (before.addresses.get(address) ?? null)?.device === port?.device) continue;
    lines.push(...delivery(address, port));
  }
  const through = (mapping: Mapping) => {
    const port = mapping.addresses.get(nextHop);
    return port && mapping.forwarding.has(port.device) ? port.device : NOWHERE;
  };
  if (!before || through(before) !== through(after)) {
    // Through a port with its source/dest check on, AWS delivers nothing that is not for the ENI itself.
    lines.push(`route replace ${BEHIND_CIDR} via ${nextHop} dev ${through(after)} onlink`);
  }
  return lines;
}

function delivery(address: string, port: Port | null): string[] {
  const device = port?.device ?? NOWHERE;
  return [
    `neigh replace ${address} lladdr ${port?.mac ?? '02:00:00:00:00:01'} dev ${device} nud permanent`,
    `route replace ${address}/32 dev ${device}`,
  ];
}
