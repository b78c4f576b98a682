import type { ClusterConfig, ClusterStatus, InterfaceStatus, MemberStatus, NetworkConfig } from '@tg/api';
import { PeerUnreachable, type PeerRequest } from '../cluster/link/types';
import { ClusterStore } from '../cluster/store/cluster-store';
import type { StoredCluster } from '../cluster/store/cluster-file';
import { type MembershipControl, MembershipError, type MembershipState } from '../cluster/store/membership';
import type { ConfigState } from '../store/config-state';
import { openConfigStore } from '../store/file-config-store';
import { createTestApi, FQDN, type TestApi, UID } from './api.fixture';

export const CLUSTER = 'gateways.example.com';
export const PEER = '5d0f0000-0000-4000-8000-000000000002';
export const PEER_FQDN = 'gw-b.example.com';
export const described = {
  enabled: true,
  host: '10.0.1.11',
  port: 9000,
  statusHost: null,
  statusPort: null,
  state: 'ACTIVE',
} as const;

/** An API of a node that may be in a cluster; what the test says of the world is so. */
export interface ClusterTestApi extends TestApi {
  cluster: ClusterStore;
  /** What the status says of each member. */
  members: MemberStatus[];
  actualActive: string | null;
  /** What reached the peer. */
  asked: PeerRequest[];
  answer: () => Response;
  joins: unknown[];
  membership: MembershipState;
  interfaces: InterfaceStatus[];
}

export const member = (uid: string, more: Partial<MemberStatus> = {}): MemberStatus => ({
  uid,
  fqdn: uid === UID ? FQDN : PEER_FQDN,
  self: uid === UID,
  role: 'standby',
  phase: 'standby',
  reachable: true,
  heartbeatAgeMs: 0,
  endpoint: null,
  fitness: null,
  addresses: [],
  enis: { eth1: { eniId: `eni-${uid.slice(-1)}`, subnetId: 'subnet-1', subnetCidr: '10.0.1.0/24' } },
  ...more,
});

const memory = <T>() => {
  let content: string | null = null;
  return {
    load: () => Promise.resolve(content === null ? null : (JSON.parse(content) as T)),
    save: (value: T) => Promise.resolve(void (content = JSON.stringify(value))),
  };
};

/** An API whose node is alone. */
export async function createClusterApi(): Promise<ClusterTestApi> {
  let moment = Date.UTC(2026, 0, 1);
  const wall = () => new Date((moment += 1000)).toISOString();
  const joins: unknown[] = [];
  const asked: PeerRequest[] = [];
  const cluster = await ClusterStore.open({
    uid: UID,
    file: memory<StoredCluster>(),
    config: await openConfigStore(memory<ConfigState>(), wall),
    term: () => ({ number: 1, uid: UID }),
    holderApplied: () => (api.actualActive === UID ? null : {}),
    inPlace: () => true,
    wall,
  });
  const state: MembershipState = {
    cluster: null,
    config: { enabled: true, host: '10.0.1.10', port: 9000, statusHost: null, statusPort: null },
    state: 'ACTIVE',
  };
  const membership: MembershipControl = {
    current: () => state,
    async join(request) {
      joins.push(request);
      if (request.clusterKey === 'wrong') throw new MembershipError(['clusterKey (not shown) is too short.']);
      await cluster.join(request.fqdn, { ...described, fqdn: FQDN });
      state.cluster = { fqdn: request.fqdn, credentials: { key: 'k' }, peer: request.peer ?? null };
      return state;
    },
    async leave() {
      if (cluster.current() !== null) await cluster.removeMember(UID);
      state.cluster = null;
      return state;
    },
    configure(config: ClusterConfig) {
      state.config = { ...state.config, ...(config.enabled === undefined ? {} : { enabled: config.enabled }) };
      return Promise.resolve(state);
    },
    setState(next) {
      state.state = next;
      return Promise.resolve(state);
    },
    onChange: () => () => undefined,
  };
  const status = (): ClusterStatus | null => {
    const document = cluster.current();
    if (document === null) return null;
    const { mode, timeoutMs, handover, active } = cluster.port.view();
    return {
      fqdn: document.fqdn,
      name: 'gateways',
      mode,
      timeout: timeoutMs / 1000,
      handover,
      term: null,
      configuredActive: active?.uid ?? null,
      actualActive: api.actualActive,
      members: api.members,
      lastFailover: null,
      conflicts: [],
      problems: [],
    };
  };
  const base = await createTestApi({
    store: cluster.config,
    cluster: {
      store: cluster,
      membership,
      status,
      check: () => Promise.resolve([]),
      // eslint-disable-next-line @typescript-eslint/require-await -- an answer that throws is a rejection
      request: async (request) => {
        asked.push(request);
        return api.answer();
      },
    },
  });
  const api: ClusterTestApi = {
    ...base,
    store: cluster.config,
    cluster,
    members: [],
    actualActive: UID,
    asked,
    joins,
    membership: state,
    answer: () => {
      throw new PeerUnreachable('no connection is open.', false);
    },
  };
  return api;
}

/** The same in a cluster with its peer, holding the addresses. */
export async function createPairApi(network: NetworkConfig = {}): Promise<ClusterTestApi> {
  const api = await createClusterApi();
  const peer = await createPeerStore();
  await api.cluster.join(CLUSTER, { ...described, fqdn: FQDN });
  await peer.join(CLUSTER, { ...described, fqdn: PEER_FQDN });
  await api.cluster.port.merge(peer.port.export());
  if (network.interfaces !== undefined) await api.cluster.config.put(network);
  api.membership.cluster = { fqdn: CLUSTER, credentials: { key: 'k' }, peer: null };
  api.members = [member(UID, { role: 'active', phase: 'active' }), member(PEER)];
  return api;
}

async function createPeerStore(): Promise<ClusterStore> {
  const wall = () => '2026-01-01T00:00:00Z';
  return ClusterStore.open({
    uid: PEER,
    file: memory<StoredCluster>(),
    config: await openConfigStore(memory<ConfigState>(), wall),
    term: () => null,
    holderApplied: () => ({}),
    inPlace: () => true,
    wall,
  });
}
