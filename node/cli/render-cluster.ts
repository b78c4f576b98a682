import type { styleText } from 'node:util';
import type { ClusterStatus, Failover, MemberStatus } from '@tg/api';
import Table from 'cli-table3';

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** The cluster for a terminal: its settings, one line per member and address, the last failover, what is wrong. */
export function renderCluster(cluster: ClusterStatus, paint: Paint): string[] {
  const { fqdn, mode, timeout, handover, term, members } = cluster;
  const nameOf = (uid: string | null) =>
    uid === null ? 'nobody' : (members.find((one) => one.uid === uid)?.fqdn ?? uid);
  const holder = cluster.actualActive === null ? paint('red', 'nobody') : nameOf(cluster.actualActive);
  const configured = cluster.configuredActive === null ? 'none (lowest uid first)' : nameOf(cluster.configuredActive);
  const head = [
    `${paint('bold', fqdn)}: active ${holder}, configured active ${configured}`,
    `  ${mode}, timeout ${timeout} s, handover ${handover}, term ${term === null ? '-' : `${term.number} of ${nameOf(term.uid)}`}`,
  ];
  const table = new Table({
    head: ['member', 'role', 'phase', 'heartbeat', 'fit', 'NIC', 'cluster IP', 'ENI', 'on the ENI', 'on the NIC'],
    style: { head: [], border: [], compact: true },
  });
  for (const member of members) {
    const { addresses, enis } = member;
    const name = member.self ? `${member.fqdn} (here)` : member.fqdn;
    const lead = [name, paintRole(member, paint), member.phase ?? '?', heartbeat(member), fit(member, paint)];
    const rows = addresses.map(({ nic, address, eni, os }) => [nic, address, enis[nic]?.eniId ?? '?', eni, os]);
    const nothing = Object.entries(enis).map(([nic, { eniId }]) => [nic, '-', eniId, '-', '-']);
    const shown = rows.length > 0 ? rows : nothing.length > 0 ? nothing : [['-', '-', '-', '-', '-']];
    for (const [i, row] of shown.entries()) table.push([...(i === 0 ? lead : ['', '', '', '', '']), ...row]);
  }
  const trouble = members.flatMap(({ fqdn: name, self, fitness }) =>
    self ? [] : (fitness?.problems ?? []).map((problem) => `${paint('red', '!')} ${name}: ${problem}`),
  );
  return [
    ...head,
    table.toString(),
    ...(cluster.lastFailover === null ? [] : [renderFailover(cluster.lastFailover, nameOf)]),
    ...(cluster.holdDownMs === undefined
      ? []
      : [`this node does not claim for another ${seconds(cluster.holdDownMs)}: the addresses were just taken from it`]),
    ...cluster.problems.map(({ message, since }) => `${paint('red', '!')} ${message} (since ${since})`),
    ...trouble,
    ...cluster.conflicts.map(
      ({ id, field, kept, keptBy, lost, lostBy }) =>
        `${paint('yellow', 'conflict')} ${id}: ${field} is ${JSON.stringify(kept ?? null)} of ${nameOf(keptBy)}; ` +
        `${JSON.stringify(lost ?? null)} of ${nameOf(lostBy)} gave way (tg-node conflicts clear ${id})`,
    ),
  ];
}

function renderFailover({ cause, at, from, to, phasesMs }: Failover, nameOf: (uid: string | null) => string): string {
  const phases = (['detected', 'claimed', 'bound', 'verified'] as const).flatMap((phase) => {
    const ms = phasesMs[phase];
    return ms === undefined ? [] : [`${phase} ${Math.round(ms * 10) / 10} ms`];
  });
  return `last failover ${at} (${cause}): ${nameOf(from)} -> ${nameOf(to)}${phases.length > 0 ? `; ${phases.join(', ')}` : ''}`;
}

function paintRole({ role }: MemberStatus, paint: Paint): string {
  return paint(({ active: 'green', standby: 'cyan', unknown: 'red' } as const)[role], role);
}

function heartbeat({ self, reachable, heartbeatAgeMs }: MemberStatus): string {
  if (self) return '-';
  if (heartbeatAgeMs === null) return 'never';
  return `${seconds(heartbeatAgeMs)} ago${reachable ? '' : ' (lost)'}`;
}

function fit({ fitness }: MemberStatus, paint: Paint): string {
  if (fitness === null) return '?';
  const lacks = [
    fitness.enabled ? null : 'disabled',
    fitness.healthy ? null : 'unhealthy',
    fitness.ec2 ? null : 'no EC2',
  ].filter((lack) => lack !== null);
  return lacks.length === 0 ? 'yes' : paint('red', lacks.join(', '));
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
