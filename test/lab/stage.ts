import type { NodeStatus } from '@tg/api';
import type { Scope } from '../harness/scope';
import { until } from '../harness/until';
import { connectApi, type ApiClient } from './api-client';
import { firstSuccess } from './attempts';
import type { SessionName } from './clients/event';
import { now, ofWall } from './clock';
import { differences } from './final-check';
import { CLUSTER_FQDN, type Gateway } from './gateway';
import type { Lab } from './lab';
import { startLan, type LanClients } from './lan';
import {
  BEHIND_ADDRESS,
  CLUSTER_IP,
  GATEWAYS,
  SECOND_CLUSTER_IP,
  SERVICE_PORT,
  type GatewayName,
} from './network/plan';
import { pause } from './pause';
import { CLUSTER_TIMEOUT_S, type Scenario } from './scenario';
import { setSourceDestCheck } from './world';

/** The sessions that every scenario has. */
export const SESSIONS: readonly SessionName[] = ['chat', 'idle', 'keepalive', 'listener', 'routed-chat'];

/** Time for discovery, listening and the first claim, on a busy machine. */
const START_MS = 45_000;
const SETTLE_MS = 60_000;
/** All clients connected, some undisturbed data before the fault. */
const LEAD_IN_MS = 700;

/** A cluster of two with clients, `a` active. */
export interface Stage {
  readonly lab: Lab;
  readonly gateways: Readonly<Record<GatewayName, Gateway>>;
  readonly lan: LanClients;
  api(name: GatewayName): ApiClient;
  /** Notes what is being done to the cluster, and when. */
  fault(text: string): number;
  /** Asks for another active member, as a person would; resolves when the daemon has taken the request. */
  makeActive(name: GatewayName): Promise<void>;
  /** Resolves when a new connection begun after `since` was answered by that gateway. */
  answeredBy(name: GatewayName, since: number, timeoutMs?: number): Promise<void>;
  /** When the first takeover of this stage was decided, as the daemon that made it says; null while there was none. */
  decision(): number | null;
  /** Resolves when ENIs, NICs and rules are exactly right and stay so; else to what is wrong. */
  settled(holder: GatewayName, address?: string): Promise<string[]>;
}

/** Two daemons that are a cluster. */
export interface Cluster {
  readonly gateways: Readonly<Record<GatewayName, Gateway>>;
  readonly api: (name: GatewayName) => ApiClient;
  /** As `until`, and rejects at once when the lab itself is broken. */
  readonly waitFor: typeof until;
}

/** Where the cluster's own things are in the API. */
const CLUSTER_PATH = `/cluster/${CLUSTER_FQDN}`;

/** Starts both daemons on empty folders and configures the cluster; `a` holds the address when this resolves. */
export async function formCluster(scope: Scope, lab: Lab, settings: Scenario['cluster'] = {}): Promise<Cluster> {
  scope.defer('take the addresses away', async () => {
    await lab.takeAway(CLUSTER_IP);
    await lab.takeAway(SECOND_CLUSTER_IP);
  });
  const gateways = await lab.gateways(scope);
  const apis = new Map<GatewayName, ApiClient>();
  const api = (name: GatewayName) => {
    const open = apis.get(name) ?? connectApi(gateways[name].daemon);
    if (!apis.has(name)) scope.defer('close the API client', () => open.close());
    apis.set(name, open);
    return open;
  };
  const waitFor: Cluster['waitFor'] = (what, ms, read, accept) =>
    until(what, ms, async () => (lab.broken.throwIfAborted(), read()), accept);

  await Promise.all(GATEWAYS.map((name) => gateways[name].daemon.start()));
  const roles = () => Promise.all(GATEWAYS.map(async (name) => roleIn(await api(name).status())));
  await waitFor('both members hear each other', START_MS, roles, (all) => all.every(({ hears }) => hears));
  await api('a').call('PUT', CLUSTER_PATH, {
    timeout: CLUSTER_TIMEOUT_S,
    mode: settings.mode ?? 'manualFailback',
    handover: settings.handover ?? 'release',
  });
  await api('a').call('PUT', `${CLUSTER_PATH}/active/${gateways.a.daemon.uid}`, null);
  const network = { interfaces: [{ nic: 'eth1', clusterIP: CLUSTER_IP }] };
  await api('a').call('PUT', `${CLUSTER_PATH}/config/network`, network);
  const inRoles = ([a, b]: { role: string }[]) => a?.role === 'active' && b?.role === 'standby';
  await waitFor('gw-a active and gw-b standby', START_MS, roles, inRoles);
  const wrong = () => differences(lab, gateways, { holder: 'a', address: CLUSTER_IP });
  await waitFor('the address on gw-a, and there only', START_MS, wrong, (found) => found.length === 0);
  return { gateways, api, waitFor };
}

/** Forms a cluster as the scenario needs it, and starts the clients. */
export async function setStage(scope: Scope, lab: Lab, scenario: Scenario): Promise<Stage> {
  for (const name of GATEWAYS) {
    await setSourceDestCheck(lab.ec2, lab.world.gateways[name].data.id, scenario.sourceDestCheck ?? false);
  }
  const { gateways, api, waitFor } = await formCluster(scope, lab, scenario.cluster);
  if (scenario.ec2LatencyMs !== undefined) {
    lab.vpc.addFault({ action: '*', kind: 'delay', ms: scenario.ec2LatencyMs, times: 'always' });
  }
  scope.defer('lift the faults', () => lab.vpc.clearFaults());

  const lan = await startLan(
    scope,
    lab.network.lan,
    lab.bundles.clients,
    {
      connect: [
        ...[CLUSTER_IP, ...(scenario.alsoConnectTo === undefined ? [] : [scenario.alsoConnectTo])].map((address) => ({
          client: 'connect',
          address,
          stepMs: 5,
        })),
        { client: 'routed', address: BEHIND_ADDRESS, stepMs: 20 },
      ],
      port: SERVICE_PORT,
      timeoutMs: 250,
      sessions: SESSIONS.map((client) => ({
        client,
        address: client === 'routed-chat' ? BEHIND_ADDRESS : CLUSTER_IP,
      })),
    },
    lab.recorder,
  );
  const isOpen = (client: SessionName) =>
    lab.recorder.events.some((event) => event.kind === 'session' && event.client === client && event.what === 'open');
  const expected = scenario.sourceDestCheck === true ? SESSIONS.filter((name) => name !== 'routed-chat') : SESSIONS;
  await waitFor(
    'every session open',
    10_000,
    () => Promise.resolve(expected.filter((s) => !isOpen(s))),
    (l) => l.length === 0,
  );
  await pause(LEAD_IN_MS);

  let decision: number | null = null;
  const stage: Stage = {
    lab,
    gateways,
    lan,
    api,
    fault: (text) => {
      const at = now();
      lab.recorder.note({ kind: 'fault', at, text });
      return at;
    },
    makeActive: async (name) => {
      const asked = gateways.a.daemon.pid() === null ? 'b' : 'a';
      await api(asked).call('PUT', `${CLUSTER_PATH}/active/${gateways[name].daemon.uid}`, null);
    },
    answeredBy: async (name, since, timeoutMs = SETTLE_MS) => {
      const read = () => Promise.resolve(firstSuccess(lab.recorder.attempts.get('connect') ?? [], since, name));
      await waitFor(`a connection answered by gw-${name}`, timeoutMs, read, (at) => at !== null);
      if (decision !== null) return;
      const { cluster } = await api(name).status();
      const at = cluster?.lastFailover?.cause === 'silence' ? ofWall(Date.parse(cluster.lastFailover.at)) : since;
      decision = Math.max(at, since);
    },
    decision: () => decision,
    settled: async (holder, address = CLUSTER_IP) => {
      const read = async () => {
        const found = await differences(lab, gateways, { holder, address });
        for (const name of GATEWAYS) {
          if (gateways[name].daemon.pid() === null) continue;
          const role = await api(name)
            .status()
            .then((status) => roleIn(status).role, String);
          const shall = name === holder ? 'active' : 'standby';
          if (role !== shall) found.push(`the daemon of gw-${name} says it is ${role}; it must be ${shall}`);
        }
        return found;
      };
      try {
        await waitFor('settled', SETTLE_MS, read, (found) => found.length === 0);
      } catch {
        return read();
      }
      await pause(1000);
      return read();
    },
  };
  return stage;
}

/** What a daemon says of itself in its cluster. */
export function roleIn(status: NodeStatus): { role: string; hears: boolean } {
  const [self, peer] = status.cluster?.members ?? [];
  return { role: self?.role ?? 'in no cluster', hears: peer?.reachable === true };
}
