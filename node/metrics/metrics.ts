import type { NodeStatus } from '@tg/api';
import type * as Prometheus from 'prom-client';
import type { Tally } from './tally';

/** Where the numbers come from; all are read when somebody scrapes. */
export interface MetricsSources {
  status: () => NodeStatus;
  tally: Tally;
  /** Connections the link closed, by code; empty without a cluster. */
  refusedConnections: () => Readonly<Record<string, number>>;
}

/** The metrics in Prometheus' text format. */
export interface Metrics {
  /** The text and its content type. */
  scrape(): Promise<{ text: string; contentType: string }>;
}

/** In seconds: a takeover takes milliseconds over EC2's latency, its detection up to the Cluster Timeout. */
const BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600];
const PHASES = ['listening', 'standby', 'claiming', 'withdrawing', 'active', 'yielding', 'releasing', 'suspended'];

/** Makes the metrics. The library (12 MB of memory) is loaded by the first scrape. */
export function createMetrics(sources: MetricsSources): Metrics {
  let loading: Promise<() => Promise<{ text: string; contentType: string }>> | null = null;
  return {
    async scrape() {
      loading ??= import('prom-client').then((library) => register(library, sources));
      const render = await loading.catch((error: unknown) => {
        loading = null;
        throw error;
      });
      return render();
    },
  };
}

function register({ Registry, Gauge, Counter, Histogram }: typeof Prometheus, sources: MetricsSources) {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Gauge({ name: `tg_node_${name}`, help, labelNames, registers });
  const counter = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Counter({ name: `tg_node_${name}`, help, labelNames, registers });

  const info = gauge('info', 'Always 1; the labels say who answers.', ['uid', 'fqdn', 'version', 'cluster']);
  const active = gauge('active', '1 while this node holds the addresses (role active), else 0.');
  const phase = gauge('phase', '1 for the phase of this cluster member, 0 for the others.', ['phase']);
  const term = gauge('term', 'Number of the highest term in effect that this node knows of; 0 without one.');
  const isHolder = gauge('term_is_own', '1 when that term was claimed by this node, else 0.');
  const configVersion = gauge('config_version', 'Version of the config in force.');
  const addresses = gauge('addresses', 'Wanted cluster IPs by state at this node.', ['state']);
  const problems = gauge('problems', 'Problems in the status of this node.');
  const conflicts = gauge('conflicts', 'Writes that gave way and that nobody has cleared.');
  const reachable = gauge('peer_reachable', '1 while heartbeats of the other member arrive, else 0.');
  const age = gauge(
    'peer_heartbeat_age_seconds',
    'Since the newest heartbeat of the other member; absent before the first.',
    ['peer'],
  );
  const timeout = gauge('cluster_timeout_seconds', 'The Cluster Timeout; absent in no cluster.', ['cluster']);
  const memory = gauge('resident_memory_bytes', 'Resident memory of the daemon.');
  const failovers = counter('failovers_total', 'Takeovers by this node, by cause.', ['cause']);
  const calls = counter('ec2_calls_total', 'Calls of EC2 by action and outcome (ok, or the reason of the failure).', [
    'action',
    'outcome',
  ]);
  const refused = counter(
    'link_refused_total',
    'Connections between members that this node closed, by what was wrong.',
    ['code'],
  );
  const cpu = counter('cpu_seconds_total', 'Processor time of the daemon.');
  const takeover = new Histogram({
    name: 'tg_node_takeover_seconds',
    help: 'Phases of takeovers by this node: detected is silence or request until decision, the others run from the decision.',
    labelNames: ['phase'],
    buckets: BUCKETS,
    registers,
  });

  const fill = (): void => {
    const { uid, fqdn, daemon, role, configVersion: version, interfaces, problems: found, cluster } = sources.status();
    const self = cluster?.members.find((member) => member.self);
    const peer = cluster?.members.find((member) => !member.self);
    for (const metric of [info, phase, addresses, failovers, calls, refused, cpu, age, timeout]) metric.reset();
    info.set({ uid, fqdn, version: daemon.version, cluster: cluster?.fqdn ?? '' }, 1);
    active.set(role === 'active' ? 1 : 0);
    for (const name of cluster === undefined ? [] : PHASES) phase.set({ phase: name }, self?.phase === name ? 1 : 0);
    term.set(cluster?.term?.number ?? 0);
    isHolder.set(cluster?.term?.uid === uid ? 1 : 0);
    configVersion.set(version);
    for (const state of ['applied', 'pending', 'failing'] as const) {
      addresses.set({ state }, interfaces.filter((nic) => nic.clusterIP !== null && nic.state === state).length);
    }
    const ofNics = interfaces.filter(({ problem }) => problem !== undefined).length;
    problems.set(found.length + ofNics + (cluster?.problems.length ?? 0));
    conflicts.set(cluster?.conflicts.length ?? 0);
    reachable.set(peer?.reachable === true ? 1 : 0);
    if (peer?.heartbeatAgeMs != null) age.set({ peer: peer.uid }, peer.heartbeatAgeMs / 1000);
    if (cluster !== undefined) timeout.set({ cluster: cluster.fqdn }, cluster.timeout);
    memory.set(process.memoryUsage.rss());
    const { user, system } = process.cpuUsage();
    cpu.inc((user + system) / 1e6);
    for (const [cause, count] of sources.tally.failovers) failovers.inc({ cause }, count);
    for (const [key, count] of sources.tally.ec2Calls) {
      const [action = '', outcome = ''] = key.split(' ');
      calls.inc({ action, outcome }, count);
    }
    for (const [code, count] of Object.entries(sources.refusedConnections())) refused.inc({ code }, count);
    for (const { phase: name, ms } of sources.tally.drainPhases()) takeover.observe({ phase: name }, ms / 1000);
  };

  return async () => {
    fill();
    return { text: await registry.metrics(), contentType: registry.contentType };
  };
}
