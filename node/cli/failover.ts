import type { ClusterStatus, MemberStatus } from '@tg/api';
import { clusterHere } from './cluster-here';
import { CommandFailure } from './failure';
import { complaintOf } from './local-client';

/** How often the cluster is looked at while it fails over. */
const LOOK_MS = 100;

/** What `tg-node failover` is told. */
export interface FailoverOptions {
  config: string;
  /** A member's uid or fqdn; undefined: the one that does not hold the addresses now. */
  to: string | undefined;
  waitSeconds: number;
}

/** `tg-node failover`: changes the configured active member and waits until it holds the addresses. */
export async function failover({ config, to, waitSeconds }: FailoverOptions): Promise<number> {
  if (!Number.isFinite(waitSeconds) || waitSeconds <= 0)
    throw new CommandFailure('--wait must be a number of seconds.', 2);
  const { client, cluster, look } = await clusterHere(config);
  const target = targetOf(cluster, to);
  const name = target.fqdn;
  if (holds(cluster, target.uid) && cluster.configuredActive === target.uid) {
    say(`${name} holds the addresses already, and is the configured active member.`);
    return 0;
  }
  const obstacle = holds(cluster, target.uid) ? null : obstacleOf(target);
  if (obstacle !== null) throw new CommandFailure(`${obstacle} Nothing was changed.`);

  const answer = await client.call('PUT', `/cluster/${cluster.fqdn}/active/${target.uid}`, { body: null });
  if (answer.status !== 200) throw new CommandFailure(complaintOf(answer));
  const started = performance.now();
  const since = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  say(`${since()}  ${name} is the configured active member`);

  let shown = '';
  for (;;) {
    const now = await look();
    const member = now.members.find(({ uid }) => uid === target.uid);
    const scene = sceneOf(now);
    if (scene !== shown) say(`${since()}  ${scene}`);
    shown = scene;
    if (member !== undefined && holds(now, target.uid) && inPlace(member)) {
      say(`${since()}  ${name} holds the addresses`);
      return 0;
    }
    if (performance.now() - started >= waitSeconds * 1000)
      throw new CommandFailure(lateReason(now, target.uid, waitSeconds));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const holds = (cluster: ClusterStatus, uid: string): boolean => cluster.actualActive === uid;

/** Every address of the member is at its ENI, and bound as far as its daemon binds any. */
function inPlace({ role, addresses }: MemberStatus): boolean {
  return (
    role === 'active' && addresses.every(({ eni, os }) => eni === 'assigned' && (os === 'bound' || os === 'dry-run'))
  );
}

function targetOf({ members, actualActive, configuredActive }: ClusterStatus, to: string | undefined): MemberStatus {
  const list = members.map(({ fqdn, uid }) => `${fqdn} (${uid})`).join(' and ');
  if (to !== undefined) {
    const named = members.find(({ uid, fqdn }) => uid === to || fqdn.toLowerCase() === to.toLowerCase());
    if (named !== undefined) return named;
    throw new CommandFailure(`--to ${to} is no member of this cluster; it has ${list}.`, 2);
  }
  const holder = actualActive ?? configuredActive;
  const others = members.filter(({ uid }) => uid !== holder);
  if (others.length === 1 && others[0] !== undefined) return others[0];
  throw new CommandFailure(
    members.length < 2
      ? `this cluster has one member, ${list}; there is nobody to fail over to (tg-node join on the other machine).`
      : `nobody is known to hold the addresses; say which member shall: --to FQDN. There are ${list}.`,
  );
}

/** Why the member could not take over now; null: it could. */
function obstacleOf({ fqdn, self, reachable, heartbeatAgeMs, fitness }: MemberStatus): string | null {
  if (!self && !reachable) {
    const last =
      heartbeatAgeMs === null ? 'it was never heard' : `last heard ${(heartbeatAgeMs / 1000).toFixed(1)} s ago`;
    return `${fqdn} cannot be reached (${last}): is its daemon running, and the heartbeat port open both ways?`;
  }
  if (fitness === null) return null;
  const why = fitness.problems.length > 0 ? ` ${fitness.problems.join(' ')}` : '';
  if (!fitness.enabled) return `${fqdn} is disabled (config.cluster.enabled, or its state is INACTIVE).${why}`;
  if (!fitness.healthy) return `${fqdn} is not healthy.${why}`;
  if (!fitness.ec2) return `EC2 does not answer ${fqdn}, so it cannot take the addresses over.${why}`;
  return null;
}

function sceneOf({ members }: ClusterStatus): string {
  return members.map(({ fqdn, phase, role }) => `${fqdn}: ${phase ?? role}`).join(', ');
}

function lateReason(cluster: ClusterStatus, uid: string, waitSeconds: number): string {
  const member = cluster.members.find((one) => one.uid === uid);
  const name = member?.fqdn ?? uid;
  const addresses = (member?.addresses ?? []).map(({ address, eni, os }) => `${address}: ENI ${eni}, NIC ${os}`);
  const reasons = [
    member === undefined ? null : obstacleOf(member),
    ...(member?.fitness?.problems ?? []),
    ...cluster.problems.map(({ message }) => message),
    addresses.length > 0 ? `${addresses.join('; ')}.` : null,
  ].filter((reason) => reason !== null);
  const holder = cluster.members.find((one) => one.uid === cluster.actualActive && one.uid !== uid);
  const takeBack = holder === undefined ? '' : `tg-node failover --to ${holder.fqdn} takes that back; `;
  return (
    `${name} does not hold the addresses after ${waitSeconds} s (${sceneOf(cluster)}). ${[...new Set(reasons)].join(' ')} ` +
    `It stays the configured active member, and the cluster goes on trying; ${takeBack}tg-node status says more.`
  );
}
