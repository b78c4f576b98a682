import type { ClusterStatus, MemberStatus, NodeStatus } from '@tg/api';

/** A member of a cluster of two: `a` answers and is active, `b` stands by. */
export const memberStatus = (name: 'a' | 'b', given: Partial<MemberStatus> = {}): MemberStatus => ({
  uid: `uid-${name}`,
  fqdn: `gw-${name}.example.com`,
  self: name === 'a',
  role: name === 'a' ? 'active' : 'standby',
  phase: name === 'a' ? 'active' : 'standby',
  reachable: true,
  heartbeatAgeMs: name === 'a' ? 0 : 120,
  endpoint: { host: '10.0.1.10', port: 9000 },
  fitness: { enabled: true, healthy: true, ec2: true, problems: [] },
  addresses: [
    name === 'a'
      ? { nic: 'eth1', address: '10.0.1.50', eni: 'assigned', os: 'bound' }
      : { nic: 'eth1', address: '10.0.1.50', eni: 'absent', os: 'absent' },
  ],
  enis: { eth1: { eniId: `eni-0${name}`, subnetId: 'subnet-1', subnetCidr: '10.0.1.0/24' } },
  ...given,
});

/** That cluster, as `a` sees it. */
export const clusterStatus = (given: Partial<ClusterStatus> = {}): ClusterStatus => ({
  fqdn: 'gw.example.com',
  name: 'gw',
  mode: 'autoFailback',
  timeout: 10,
  handover: 'release',
  term: { number: 3, uid: 'uid-a' },
  configuredActive: 'uid-a',
  actualActive: 'uid-a',
  members: [memberStatus('a'), memberStatus('b')],
  lastFailover: null,
  conflicts: [],
  problems: [],
  ...given,
});

/** The status of node `a`; in no cluster without one. */
export const nodeStatus = (cluster: ClusterStatus | undefined, given: Partial<NodeStatus> = {}): NodeStatus => ({
  uid: 'uid-a',
  fqdn: 'gw-a.example.com',
  daemon: { version: '0.1.0', pid: 1, startedAt: '2026-01-01T00:00:00.000Z' },
  role: 'active',
  configVersion: 1,
  interfaces: [],
  problems: [],
  refusals: [],
  ...(cluster === undefined ? {} : { cluster }),
  ...given,
});
