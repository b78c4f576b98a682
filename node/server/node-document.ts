import type { ClusterConfig, ClusterStatus, Node } from '@tg/api';
import { configuredActive, type DocumentMember, membersOf } from '../cluster/document/view';
import { networkOf } from '../cluster/document/network';
import type { MembershipState } from '../cluster/store/membership';
import type { ApiContext } from './context';

/** A fully qualified name, cut where the domain begins. */
export function splitName(fqdn: string): { hostname: string; domain: string } {
  const [hostname = fqdn, ...rest] = fqdn.split('.');
  return { hostname, domain: rest.join('.') };
}

/** This node as `GET /node/{uid}` shows it. */
export function ownDocument(node: ApiContext): Node {
  const { hostname, domain } = splitName(node.fqdn);
  const { config } = node.store.current();
  const base = { uid: node.uid, name: hostname, fqdn: node.fqdn, domain, online: true, tags: {} };
  if (node.cluster === undefined) return { ...base, state: 'ACTIVE', config: { network: config } };
  const { store, membership } = node.cluster;
  const { cluster, config: own, state } = membership.current();
  const document = store.current();
  const isMaster = document !== null && configuredActive(document) === node.uid;
  return {
    ...base,
    cluster: cluster?.fqdn ?? null,
    ...(cluster?.peer == null ? {} : { peer: cluster.peer }),
    state,
    config: { network: config, cluster: clusterConfig(own, isMaster) },
    shadow: { reported: { 'cluster.master': String(node.cluster.status()?.actualActive === node.uid) } },
  };
}

/** The other members as this node knows them, whether or not they can be asked. */
export function peerDocuments({ uid, cluster }: ApiContext): Node[] {
  const document = cluster?.store.current() ?? null;
  if (cluster === undefined || document === null) return [];
  const status = cluster.status();
  const network = networkOf(document);
  const master = configuredActive(document);
  return membersOf(document)
    .filter((member) => member.uid !== uid)
    .map((member) => ({
      uid: member.uid,
      name: splitName(member.fqdn).hostname,
      fqdn: member.fqdn,
      domain: splitName(member.fqdn).domain,
      cluster: document.fqdn,
      state: member.state,
      online: isReachable(status, member),
      tags: {},
      config: { network, cluster: clusterConfig(member, member.uid === master) },
      shadow: { reported: { 'cluster.master': String(status?.actualActive === member.uid) } },
    }));
}

const isReachable = (status: ClusterStatus | null, { uid }: DocumentMember): boolean =>
  status?.members.find((member) => member.uid === uid)?.reachable === true;

type Heartbeats = Pick<MembershipState['config'], 'enabled' | 'statusHost' | 'statusPort'> & {
  host: string | null;
  port: number | null;
};

function clusterConfig({ enabled, host, port, statusHost, statusPort }: Heartbeats, master: boolean): ClusterConfig {
  return {
    enabled,
    ...(host === null ? {} : { host }),
    ...(port === null ? {} : { port }),
    ...(statusHost === null ? {} : { statusHost }),
    ...(statusPort === null ? {} : { statusPort }),
    master,
  };
}
