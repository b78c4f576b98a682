import type { NetworkConfig } from '@tg/api';
import type { DaemonConfig } from './daemon-config';
import type { LedgerEntry } from './reconciler/ports';
import type { Desired } from './reconciler/types';
import type { StoredConfig } from './store/config-store';

/** The cluster IPs that a config wants, with their NICs. */
export function wantedIn(network: NetworkConfig): { nic: string; address: string }[] {
  return (network.interfaces ?? []).flatMap(({ nic, clusterIP }) => (clusterIP ? [{ nic, address: clusterIP }] : []));
}

/** What the reconciler is told to want. `confirmed` names, as `nic address`, what EC2 has confirmed for the other member. */
export function desiredOf({ version, config, inForce }: StoredConfig, confirmed: ReadonlySet<string>): Desired {
  const addresses = wantedIn(config).map((one) => ({
    ...one,
    inForce: inForce.has(one.nic),
    confirmed: confirmed.has(`${one.nic} ${one.address}`),
  }));
  return { version, addresses };
}

/** Every NIC that a cluster IP is wanted on, owned on, or that node.yaml names. */
export function nicsThatMatter(
  config: Pick<DaemonConfig, 'nics'>,
  network: NetworkConfig,
  owned: readonly LedgerEntry[],
): Set<string> {
  const wanted = wantedIn(network).map(({ nic }) => nic);
  return new Set([...Object.keys(config.nics), ...wanted, ...owned.map(({ nic }) => nic)]);
}
