import type { Finding, NetworkConfig, NodeStatus } from '@tg/api';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { openWorld } from './agent-world';
import { checkHere } from './check-here';
import type { Imds } from './cloud';
import { CLUSTER_FILE, clusterFile } from './cluster/store/cluster-file';
import { ClusterStore } from './cluster/store/cluster-store';
import { readCredentials } from './cluster/store/credentials';
import { MEMBERSHIP_FILE, openMembership } from './cluster/store/membership-file';
import { type ClusterAgent, createClusterAgent } from './cluster-agent/cluster-agent';
import { watchConfirmed } from './cluster-agent/confirmed-ledger';
import { createHostWatch } from './host-watch';
import { createLinkHealth } from './cluster-agent/link-health';
import { noteBinds } from './cluster-agent/takeover-timer';
import type { DaemonConfig } from './daemon-config';
import { watchEnis } from './eni-watch';
import { createMetrics } from './metrics/metrics';
import { openMetricsLocally } from './metrics/route';
import { createTally } from './metrics/tally';
import { composeStatus } from './node-status';
import type { HostOs } from './os/choose';
import { refusalOf } from './os/second-actor/detect';
import { type HostView, thisHost } from './os/second-actor/host-view';
import { actorProblem, otherActors } from './other-actors';
import type { Clock, Ec2Port, LedgerEntry } from './reconciler/ports';
import { Reconciler } from './reconciler/reconciler';
import type { Timing } from './reconciler/types';
import { createApp } from './server/app';
import { listen, readTls, serveLocally } from './server/listen';
import { claimDataDir } from './store/data-dir';
import { CONFIG_FILE, openFileConfigStore } from './store/file-config-store';
import { fileLedger } from './store/file-ledger';
import { storeOutcomes } from './store-outcomes';
import { guardInstance } from './store/instance-guard';
import { createSystemClock } from './system-clock';
import { verdictOf } from './status-endpoint';
import { desiredOf, nicsThatMatter, wantedIn } from './wanted';

/** How long the start waits for discovery before it serves without. */
const DISCOVERY_MS = 1500;
/** How long the peer is given to take over when the daemon stops. */
const HAND_OVER_MS = 5000;
/** How long running requests may take to end when the daemon stops. */
const GRACE_MS = 2000;

/** What a test may put in place of the world. */
export interface AgentParts {
  ec2: Ec2Port;
  imds: Imds;
  os: HostOs;
  host: HostView;
  timing: Partial<Timing>;
}

/** A running daemon. */
export interface Agent {
  /** Where the API is served, e.g. `https://127.0.0.1:8443`. */
  url: string;
  status(): NodeStatus;
  /** The cluster's part of it. */
  cluster: ClusterAgent;
  /**
   * Ends everything: in a cluster it hands over to a peer that can take over; then `release` gives the address back
   * first, `keep` leaves it on the ENI. Default: `on_stop`.
   */
  stop(how?: 'release' | 'keep'): Promise<void>;
  /** Ends as a process that is killed does, as far as others can see: nothing is handed over, released or said. */
  abandon(): Promise<void>;
}

/**
 * Starts the daemon: store, discovery, API, reconciler. Rejects with a sentence when it must not or cannot start:
 * another daemon on data_dir, a damaged file, another actor on a NIC, an address that cannot be listened on. EC2 and
 * the instance metadata need not answer: the API serves and says so, and what is held stays held.
 */
export async function startAgent(
  config: DaemonConfig,
  logger: Logger,
  parts: Partial<AgentParts> = {},
): Promise<Agent> {
  const undo: (() => unknown)[] = [];
  try {
    return await start(config, logger, parts, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** An address is taken only for a config: a ledger without one means that the config was lost, not that nothing is wanted. */
function configIsLost(dataDir: string, owned: readonly LedgerEntry[]): string {
  const [{ nic, address } = { nic: 'NIC', address: 'ADDRESS' }] = owned;
  const held = owned.map((entry) => `${entry.address} on ${entry.nic}`).join(', ');
  return (
    `the network config in ${dataDir} is missing although this node holds ${held}; starting would release it. ` +
    `Put ${CONFIG_FILE} back from a backup, or write the config anew: tg-node config set ${nic} clusterIP=${address} ` +
    `(clusterIP= to release it), then start again.`
  );
}

/** The same for the cluster's part of it. Sets the document to none: the other member's is then taken. */
function clusterIsLost(dataDir: string, { interfaces = [] }: NetworkConfig): string | null {
  const file = join(dataDir, CLUSTER_FILE);
  const has = interfaces.flatMap(({ nic, clusterIP }) => (clusterIP ? [`${clusterIP} on ${nic}`] : [])).join(', ');
  if (has === '') return null;
  return (
    `the cluster's config ${file} is missing although this node has ${has} from it; starting would release it. ` +
    `Put the file back from a backup. To take the config of the other member, which has to run and be in the cluster: ` +
    `echo '{"format":1,"mark":"0","document":null}' > '${file}', then start again.`
  );
}

/** A member leaves by being told to, not by what is lost. */
function membershipIsLost(dataDir: string, cluster: string): string {
  return (
    `this node is a member of ${cluster} (${join(dataDir, CLUSTER_FILE)}), but neither node.yaml nor ` +
    `${join(dataDir, MEMBERSHIP_FILE)} says so any more; starting would release what it holds for the cluster. ` +
    `To stay a member, put that file back from a backup, or: tg-node join --cluster ${cluster} --peer HOST --key-file FILE. ` +
    `To leave: tg-node leave. Then start again.`
  );
}

async function start(
  config: DaemonConfig,
  logger: Logger,
  parts: Partial<AgentParts>,
  undo: (() => unknown)[],
): Promise<Agent> {
  const startedAt = new Date().toISOString();
  const log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, data: object = {}) =>
    logger[level](data, message);
  const warn = (message: string) => log('warn', message);
  const tls = await readTls(config.listen.tls);
  const clock = createSystemClock();
  const tally = createTally();
  const self = { uid: config.uid, fqdn: config.fqdn.toLowerCase() };
  const seed =
    config.cluster === undefined
      ? null
      : {
          ...config.cluster,
          fqdn: config.cluster.fqdn.toLowerCase(),
          credentials: await readCredentials(config.cluster),
        };

  const admin = await claimDataDir(config.data_dir);
  undo.push(() => admin.close());
  const membership = await openMembership({ dataDir: config.data_dir, seed, onWarning: warn });
  const ownConfig = await openFileConfigStore(config.data_dir, { wall: () => clock.wall(), onWarning: warn });
  const ledger = watchConfirmed(fileLedger(config.data_dir, warn));
  const owned = await ledger.load();
  const world = openWorld({ config, clock, log, tally, parts });
  undo.push(() => world.close());
  const { os, imds, registry, follower } = world;
  await guardInstance(config.data_dir, await instanceHere(imds, clock, warn), warn);

  /** Set below: what the store asks of them it asks later. */
  const later: { cluster: ClusterAgent | null; reconciler: Reconciler | null } = { cluster: null, reconciler: null };
  const document = clusterFile(config.data_dir, warn);
  const lost = (await document.load()) === null ? clusterIsLost(config.data_dir, ownConfig.clusterPart() ?? {}) : null;
  if (lost !== null) throw new Error(lost);
  const clusterStore = await ClusterStore.open({
    uid: self.uid,
    file: document,
    config: ownConfig,
    term: () => later.cluster?.session()?.term() ?? null,
    holderApplied: () => later.cluster?.session()?.holderApplied() ?? null,
    inPlace: (nic) => later.reconciler?.status().interfaces.find((entry) => entry.nic === nic)?.state === 'applied',
    wall: () => clock.wall(),
  });
  const memberOf = clusterStore.memberOf();
  if (memberOf !== null && membership.current().cluster === null && !membership.hasLeft()) {
    throw new Error(membershipIsLost(config.data_dir, memberOf));
  }
  const store = clusterStore.config;
  if (store.current().version === 0 && owned.length > 0) throw new Error(configIsLost(config.data_dir, owned));
  const matter = () => nicsThatMatter(config, store.current().config, owned);
  world.connect();

  const watchesHost = !os.dryRun && config.os.netns === undefined;
  const findActors = (nics: Iterable<string>) => {
    const addresses = [...wantedIn(store.current().config), ...owned];
    return watchesHost ? otherActors(parts.host ?? thisHost, os, nics, addresses) : Promise.resolve([]);
  };
  const actors = await findActors(matter());
  const refusal = refusalOf(actors);
  if (refusal !== null && !config.os.ignore_second_actor) throw new Error(refusal);
  for (const { actor, severity, message } of actors) log(severity === 'note' ? 'info' : 'warn', message, { actor });
  const actorProblems = actors.filter(({ severity }) => severity !== 'note').map((one) => actorProblem(one, startedAt));

  await registry.restore();
  const enough = new AbortController();
  await Promise.race([registry.want(matter()), clock.sleep(DISCOVERY_MS, enough.signal)]);
  enough.abort();
  world.connect();

  const ends = new AbortController();
  undo.push(() => ends.abort());
  const outcomes = storeOutcomes({ store, clock, log, ends: ends.signal, onEniMissing: (nic) => registry.forget(nic) });
  const noted = noteBinds(os);
  const hostWatch = createHostWatch({
    os,
    clock,
    log,
    nics: () => registry.contexts(),
    addresses: () => wantedIn(store.current().config),
    routes: config.os.routes,
  });
  const reconciler = new Reconciler({
    ec2: hostWatch.listenTo(world.ec2),
    os: noted.os,
    ledger,
    clock,
    nics: registry.contexts(),
    memberEnis: () =>
      new Set([...registry.contexts().map(({ eniId }) => eniId), ...(later.cluster?.session()?.peerEnis() ?? [])]),
    onEvent: (event) => outcomes.onEvent(event),
    ...(parts.timing === undefined ? {} : { timing: parts.timing }),
  });
  later.reconciler = reconciler;

  const cluster = createClusterAgent({
    self,
    dataDir: config.data_dir,
    clock,
    log,
    membership,
    store: clusterStore,
    holder: reconciler,
    interfaces: () => reconciler.status().interfaces,
    contexts: () => registry.contexts(),
    confirmed: () => ledger.confirmed(),
    health: createLinkHealth({
      links: () => os.links(),
      nics: () =>
        [...Object.keys(config.nics), ...wantedIn(store.current().config).map(({ nic }) => nic)].filter(
          (nic) => config.nics[nic]?.ignore_link !== true,
        ),
    }),
    binds: noted.binds,
    tally,
    serve: (request, from) => app.fetch(request, { peer: from.uid }),
    onPeerNews: () => follow(),
  });
  later.cluster = cluster;

  const status = (): NodeStatus => {
    const inCluster = cluster.status();
    return {
      ...composeStatus({
        uid: config.uid,
        fqdn: config.fqdn,
        startedAt,
        stored: store.current(),
        reconciler: reconciler.status(),
        registry,
        problems: [...actorProblems, ...hostWatch.problems(), ...cluster.problems()],
      }),
      ...(inCluster === undefined ? {} : { cluster: inCluster }),
    };
  };
  const checkAgainst = (network: NetworkConfig, before: NetworkConfig): Promise<Finding[]> =>
    checkHere(network, { before, registry, findActors, ignoreActors: config.os.ignore_second_actor });
  const metrics = createMetrics({
    status,
    tally,
    refusedConnections: () => cluster.session()?.refusedConnections() ?? {},
  });
  const { uid, fqdn, tokens } = config;
  const app = createApp({
    uid,
    fqdn,
    org: config.org,
    tokens,
    store,
    cluster: {
      store: clusterStore,
      membership: cluster.control,
      status: () => cluster.status() ?? null,
      check: checkAgainst,
      request: (request) => cluster.request(request),
    },
    check: (network) => checkAgainst(network, store.current().config),
    status,
    metrics: () => metrics.scrape(),
    closing: ends.signal,
    log,
  });
  // Before the reconciler touches anything: a daemon that cannot serve must not have taken the address.
  const api = await listen(openMetricsLocally(app), { host: config.listen.host, port: config.listen.port, tls });
  undo.push(() => api.close(0));
  const local = serveLocally(app, admin);

  let followed = '';
  const follow = () => {
    const stored = store.current();
    const confirmed = cluster.session()?.peerConfirmed() ?? new Set();
    const wanted = desiredOf(stored, confirmed);
    const key = JSON.stringify([stored.version, wanted.addresses.map((one) => one.confirmed === true)]);
    if (key === followed) return; // a confirmation: nothing else is wanted than before
    followed = key;
    reconciler.setDesired(wanted);
    void registry.want(matter());
    const guarded = wanted.addresses.map(({ address, nic }) => ({ address, device: nic }));
    os.guard(config.os.forward_guard ? guarded : []).catch((error: unknown) =>
      warn(`cannot guard against forwarding loops: ${String(error)}`),
    );
  };
  follower.nicsChanged = () => reconciler.setNics(registry.contexts());
  await reconciler.start();
  follow();
  undo.push(store.onChange(follow));
  undo.push(outcomes.settleWith(() => reconciler.status().interfaces.map(({ nic }) => nic)));
  try {
    await cluster.start(() => verdictOf(status()));
  } catch (error) {
    await cluster.stop({ handOver: false });
    await reconciler.stop('keep');
    throw error;
  }
  undo.push(
    os.watch(() => {
      void registry.review();
      cluster.session()?.review();
    }),
  );
  void registry.keepReviewing();
  void hostWatch.keepReviewing(ends.signal);
  void watchEnis({
    imds,
    clock,
    macs: () => registry.contexts().flatMap(({ nic }) => registry.known(nic)?.mac ?? []),
    onChange: () => reconciler.wake(),
    signal: ends.signal,
  });
  log('info', 'serving', { url: api.url, uid, fqdn, dryRun: os.dryRun, cluster: cluster.session()?.fqdn ?? null });

  return {
    url: api.url,
    cluster,
    status,
    async stop(how = config.on_stop) {
      log('info', 'stopping', { how });
      ends.abort();
      const closing = api.close(GRACE_MS);
      const handedOver = await cluster.stop({ handOver: true, patienceMs: HAND_OVER_MS });
      if (handedOver) log('info', 'the other member holds the addresses, or may take them');
      await Promise.all([closing, reconciler.stop(how)]);
      if (how === 'release')
        await os.guard([]).catch((error: unknown) => warn(`the forwarding guard stays: ${String(error)}`));
      await local.close(GRACE_MS);
      for (const step of undo.reverse()) await step();
      log('info', 'stopped');
    },
    async abandon() {
      ends.abort();
      await reconciler.stop('keep');
      await cluster.stop({ handOver: false });
      await Promise.all([api.close(0), local.close(0)]);
      for (const step of undo.reverse()) await step();
    },
  };
}

/** The instance this runs on; null when the metadata does not say so in time. */
async function instanceHere(imds: Imds, clock: Clock, warn: (message: string) => void): Promise<string | null> {
  const enough = new AbortController();
  const asked = imds.get('instance-id').catch(() => null);
  const instanceId = await Promise.race([asked, clock.sleep(DISCOVERY_MS, enough.signal).then(() => null)]);
  enough.abort();
  if (instanceId !== null && instanceId !== '') return instanceId;
  warn(
    'the instance metadata does not say which instance this is: a data_dir copied from another one would not be noticed',
  );
  return null;
}
