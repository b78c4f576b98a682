import type { Finding, Interface, NetworkConfig } from '@tg/api';
import { contains } from '../reconciler/cidr';
import { entryOf } from '../store/config-state';
import type { ApiContext } from './context';

/** What a cluster decides about an interface; the rest is each node's own. */
const CLUSTER_FIELDS = new Set(['nic', 'clusterIP', 'routes', 'cloudRoutes', 'clusterRouteTables', 'description']);

/** A NIC of a member, as far as it is known. */
export interface MemberNic {
  fqdn: string;
  eniId: string;
  subnetId: string;
  subnetCidr: string;
  primary?: string | undefined;
}

/** What would be wrong with a cluster's network config whatever node holds it. */
export function checkClusterShape({ interfaces = [] }: NetworkConfig): Finding[] {
  return interfaces.flatMap((entry): Finding[] => {
    const own = Object.entries(entry).filter(([key, value]) => !CLUSTER_FIELDS.has(key) && isSet(value));
    return own.map(([field]) => ({
      severity: 'error',
      code: 'not-a-cluster-field',
      nic: entry.nic,
      field,
      message: `${field} of ${entry.nic} is each node's own: write it to the node (node_fqdn or node_id). An interface of a cluster takes clusterIP, routes, cloudRoutes and clusterRouteTables.`,
    }));
  });
}

/** Absent, empty, 0 and false all mean "not set" in this API. */
const isSet = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== '' &&
  value !== 0 &&
  value !== false &&
  !(Array.isArray(value) && value.length === 0);

/**
 * What would be wrong with the cluster IPs of a config at the members' NICs of that name. Only addresses that differ from
 * `before` are judged. `nicsOf`: the members' NICs of a name, those that are known.
 */
export function checkAddresses(
  network: NetworkConfig,
  before: NetworkConfig,
  nicsOf: (nic: string) => readonly MemberNic[],
): Finding[] {
  return (network.interfaces ?? []).flatMap((entry) => {
    const { nic, clusterIP } = entry;
    if (!clusterIP || entryOf(before, nic)?.clusterIP === clusterIP) return [];
    return checkAddress(entry, clusterIP, nicsOf(nic));
  });
}

function checkAddress({ nic }: Interface, address: string, nics: readonly MemberNic[]): Finding[] {
  const finding = (code: string, message: string): Finding => ({
    severity: 'error',
    code,
    nic,
    field: 'clusterIP',
    message,
  });
  const owner = nics.find(({ primary }) => primary === address);
  if (owner !== undefined) {
    return [
      finding(
        'member-primary',
        `cluster_ip ${address} is the primary address of ${nic} at ${owner.fqdn} (${owner.eniId}), which can never move; name an unused address of the subnet.`,
      ),
    ];
  }
  const outside = nics.find(({ subnetCidr }) => !contains(subnetCidr, address));
  const [first, second] = nics;
  if (first !== undefined && second !== undefined && first.subnetId !== second.subnetId) {
    return [
      finding(
        'different-subnets',
        `cluster_ip ${address} cannot move between the members: ${nic} is in ${first.subnetId} (${first.subnetCidr}) at ${first.fqdn} and in ${second.subnetId} (${second.subnetCidr}) at ${second.fqdn}, and an address of one subnet cannot move to another. Put both ENIs into one subnet.`,
      ),
    ];
  }
  if (outside === undefined) return [];
  return [
    finding(
      'outside-subnet',
      `cluster_ip ${address} is outside ${outside.subnetCidr}, the subnet of ${nic} at ${outside.fqdn}; name an unused address of that subnet.`,
    ),
  ];
}

/** What would be wrong at the members with the cluster IPs in a config of this node; nothing for a node in no cluster. */
export function checkMember(config: NetworkConfig, node: ApiContext): Finding[] {
  const document = node.cluster?.store.current() ?? null;
  if (node.cluster === undefined || document === null) return [];
  return checkAddresses(config, node.store.current().config, memberNics(node));
}

/** The members' NICs of a name, from what the cluster's status knows. */
export function memberNics({ cluster }: ApiContext): (nic: string) => MemberNic[] {
  const members = cluster?.status()?.members ?? [];
  return (nic) =>
    members.flatMap(({ fqdn, enis }) => {
      const eni = Object.hasOwn(enis, nic) ? enis[nic] : undefined;
      return eni === undefined ? [] : [{ fqdn, ...eni }];
    });
}
