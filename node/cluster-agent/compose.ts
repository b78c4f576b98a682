import type { ClusterStatus, Failover, MemberStatus, Problem } from '@tg/api';
import { explainConflict } from '../cluster/document/explain-conflict';
import { configuredActive, membersOf, settingsOf, type DocumentMember } from '../cluster/document/view';
import type { Link } from '../cluster/link/types';
import type { MemberStatus as MachineStatus } from '../cluster/member';
import type { Fitness, Heartbeat } from '../cluster/message';
import type { ClusterWorld } from './world';

/** What the status of a cluster is made of. */
export interface ClusterSources {
  fqdn: string;
  world: ClusterWorld;
  member: MachineStatus;
  fitness: Fitness;
  /** The peer's newest heartbeat; null: none came since the start. */
  heard: Heartbeat | null;
  link: Pick<Link, 'problems' | 'listening' | 'peer'>;
  lastFailover: Failover | null;
  /** This node has just joined and waits for the other member's document. */
  probation: boolean;
  /** When this node's part in the cluster began, RFC 3339. */
  since: string;
}

/** The cluster as this node sees it. */
export function composeCluster(sources: ClusterSources): ClusterStatus {
  const { fqdn, world, member, heard, lastFailover } = sources;
  const document = world.store.current();
  if (document === null) throw new Error(`there is no document of ${fqdn}`);
  const described = membersOf(document);
  const settings = settingsOf(document);
  const self = described.find(({ uid }) => uid === world.self.uid);
  const peer = described.find(({ uid }) => uid !== world.self.uid);
  const nameOf = (uid: string) => described.find((one) => one.uid === uid)?.fqdn ?? uid;
  return {
    fqdn,
    name: settings.name,
    mode: settings.mode,
    timeout: settings.timeout,
    handover: settings.handover,
    term: member.term,
    configuredActive: configuredActive(document),
    actualActive: member.holder,
    ...(member.heldDownForMs > 0 ? { holdDownMs: Math.round(member.heldDownForMs) } : {}),
    members: [ownStatus(sources, self), ...(peer === undefined ? [] : [peerStatus(sources, peer, heard)])],
    lastFailover,
    conflicts: world.store.conflicts().map((conflict) => {
      const { why: _, ...listed } = conflict;
      return { ...listed, message: explainConflict(conflict, nameOf) };
    }),
    problems: problemsOf(sources, peer),
  };
}

function ownStatus(
  { world, member, fitness, link }: ClusterSources,
  described: DocumentMember | undefined,
): MemberStatus {
  const { host, port } = world.membership.current().config;
  return {
    uid: world.self.uid,
    fqdn: described?.fqdn ?? world.self.fqdn,
    self: true,
    role: member.holder === world.self.uid ? 'active' : 'standby',
    phase: member.phase,
    reachable: true,
    heartbeatAgeMs: 0,
    endpoint: link.listening() ?? { host, port },
    fitness,
    addresses: world
      .interfaces()
      .flatMap(({ nic, clusterIP, eni, os }) => (clusterIP === null ? [] : [{ nic, address: clusterIP, eni, os }])),
    enis: Object.fromEntries(
      world
        .contexts()
        .map(({ nic, eniId, subnetId, subnetCidr, primary }) => [nic, { eniId, subnetId, subnetCidr, primary }]),
    ),
  };
}

function peerStatus(
  { member, link }: ClusterSources,
  described: DocumentMember,
  heard: Heartbeat | null,
): MemberStatus {
  const { uid, fqdn, host, port } = described;
  const live = member.peer?.uid === uid ? member.peer : null;
  const reachable = live?.reachable === true;
  const seen = link.peer();
  const at =
    host !== null && port !== null ? { host, port } : seen?.uid === uid ? { host: seen.host, port: seen.port } : null;
  const said = heard?.from === uid ? heard : null;
  return {
    uid,
    fqdn,
    self: false,
    role: !reachable ? 'unknown' : live.heartbeat.holds ? 'active' : 'standby',
    phase: reachable ? live.heartbeat.phase : null,
    reachable,
    heartbeatAgeMs: live === null ? null : Math.max(0, Math.round(live.heartbeatAgeMs)),
    endpoint: at,
    fitness: said?.fitness ?? null,
    addresses: said?.addresses ?? [],
    enis: said?.enis ?? {},
  };
}

function problemsOf(sources: ClusterSources, peer: DocumentMember | undefined): Problem[] {
  const { world, member, link, since, probation, heard, fqdn } = sources;
  const problem = (code: string, message: string, kind: Problem['kind'] = 'ask-a-person'): Problem => ({
    code,
    kind,
    since,
    message,
  });
  const said: Problem[] = [...link.problems()];
  if (probation) {
    said.push(
      problem(
        'joining',
        `this node has just joined ${fqdn} and listens for the other member before it claims.`,
        'retry-later',
      ),
    );
  } else if (peer === undefined) {
    said.push(
      problem(
        'alone',
        `${fqdn} has no second member: nobody takes over when this node fails. Put one in with tg-node join on the other machine.`,
      ),
    );
  } else if (member.peer?.reachable !== true) {
    const age =
      member.peer === null ? 'since this node started' : `for ${Math.round(member.peer.heartbeatAgeMs / 1000)} s`;
    said.push(
      problem(
        'peer-silent',
        `${peer.fqdn} has not been heard ${age}: is its daemon running, and the heartbeat port open both ways?`,
      ),
    );
  }
  const subnets = differentSubnets(world, heard);
  if (subnets !== null) said.push(problem('different-subnets', subnets));
  for (const sentence of member.problems) said.push(problem('member-record', sentence, 'retry-later'));
  return said;
}

/** An address of one subnet cannot move to an ENI of another. */
export function differentSubnets(
  world: Pick<ClusterWorld, 'contexts' | 'interfaces'>,
  heard: Heartbeat | null,
): string | null {
  const wanted = new Set(world.interfaces().flatMap(({ nic, clusterIP }) => (clusterIP === null ? [] : [nic])));
  for (const { nic, subnetId } of world.contexts()) {
    const other = heard?.enis[nic];
    if (!wanted.has(nic) || other === undefined || other.subnetId === subnetId) continue;
    return (
      `${nic} is in ${subnetId} here and in ${other.subnetId} at the other member: an address of one subnet (and so of one ` +
      `availability zone) cannot move to the other. Put both data ENIs into one subnet.`
    );
  }
  return null;
}
