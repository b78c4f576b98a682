import type { NetworkConfig, NodeStatus } from '@tg/api';
import type { Logger } from 'pino';
import { checkHere } from './check-here';
import { connectEc2, connectImds, type Ec2Connection, type Imds } from './cloud';
import type { DaemonConfig } from './daemon-config';
import { watchEnis } from './eni-watch';
import { createLazyEc2 } from './lazy-ec2';
import { composeStatus } from './node-status';
import { fileNicCache } from './nics/nic-cache';
import { reportMissingEnis } from './nics/missing-enis';
import { createNicRegistry } from './nics/registry';
import { chooseOs, type HostOs } from './os/choose';
import { refusalOf } from './os/second-actor/detect';
import { type HostView, thisHost } from './os/second-actor/host-view';
import { actorProblem, otherActors } from './other-actors';
import type { Ec2Port, LedgerEntry } from './reconciler/ports';
import { Reconciler } from './reconciler/reconciler';
import type { Timing } from './reconciler/types';
import { createApp } from './server/app';
import { listen, readTls, serveLocally } from './server/listen';
import { claimDataDir } from './store/data-dir';
import { CONFIG_FILE, openFileConfigStore } from './store/file-config-store';
import { fileLedger } from './store/file-ledger';
import { storeOutcomes } from './store-outcomes';
import { createSystemClock } from './system-clock';
import { desiredOf, nicsThatMatter, wantedIn } from './wanted';

/** How long the start waits for discovery before it serves without. */
const DISCOVERY_MS = 1500;
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
  /** Ends everything: `release` gives the address back first, `keep` leaves it on the ENI. Default: `on_stop`. */
  stop(how?: 'release' | 'keep'): Promise<void>;
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

  const admin = await claimDataDir(config.data_dir);
  undo.push(() => admin.close());
  const clock = createSystemClock();
  const store = await openFileConfigStore(config.data_dir, { wall: () => clock.wall(), onWarning: warn });
  const ledger = fileLedger(config.data_dir, warn);
  const owned = await ledger.load();
  if (store.current().version === 0 && owned.length > 0) throw new Error(configIsLost(config.data_dir, owned));
  const matter = () => nicsThatMatter(config, store.current().config, owned);

  const os = parts.os ?? chooseOs(config, (sentence) => log('info', sentence));
  undo.push(() => os.close());
  const imds = parts.imds ?? connectImds({ endpoint: config.aws.imds_endpoint });
  const ec2 = createLazyEc2(() => 'the region of this instance is not known yet; aws.region in node.yaml can name it');
  if (parts.ec2 !== undefined) ec2.connect(parts.ec2);
  let connection: Ec2Connection | null = null;
  undo.push(() => connection?.close());
  const registry = createNicRegistry({
    host: os,
    imds,
    ec2,
    overrides: config.nics,
    region: config.aws.region,
    cache: fileNicCache(config.data_dir, warn),
    clock,
    log,
    onChange: () => follower.nicsChanged(),
  });
  undo.push(() => registry.stop());
  const connect = () => {
    const region = registry.region();
    if (ec2.connected || region === null) return;
    connection = connectEc2({ region, endpoint: config.aws.ec2_endpoint, imds });
    ec2.connect(connection);
    connection.warm().catch((error: unknown) => warn(`EC2 is not ready: ${String(error)}`));
  };
  /** Until the reconciler is there, a change of the NICs concerns EC2's region only. */
  const follower = { nicsChanged: connect };
  connect();

  const watchesHost = !os.dryRun && config.os.netns === undefined;
  const findActors = (nics: Iterable<string>) => {
    const addresses = [...wantedIn(store.current().config), ...owned];
    return watchesHost ? otherActors(parts.host ?? thisHost, os, nics, addresses) : Promise.resolve([]);
  };
  const actors = await findActors(matter());
  const refusal = refusalOf(actors);
  if (refusal !== null && !config.os.ignore_second_actor) throw new Error(refusal);
  for (const { actor, severity, message } of actors) log(severity === 'note' ? 'info' : 'warn', message, { actor });
  const problems = actors.filter(({ severity }) => severity !== 'note').map((one) => actorProblem(one, startedAt));

  await registry.restore();
  const enough = new AbortController();
  await Promise.race([registry.want(matter()), clock.sleep(DISCOVERY_MS, enough.signal)]);
  enough.abort();
  connect();

  const ends = new AbortController();
  undo.push(() => ends.abort());
  const outcomes = storeOutcomes({ store, clock, log, ends: ends.signal, onEniMissing: (nic) => registry.forget(nic) });
  const reconciler = new Reconciler({
    ec2: reportMissingEnis(ec2, (eniId) => registry.forgetEni(eniId)),
    os,
    ledger,
    clock,
    nics: registry.contexts(),
    memberEnis: () => new Set(registry.contexts().map(({ eniId }) => eniId)),
    onEvent: (event) => outcomes.onEvent(event),
    ...(parts.timing === undefined ? {} : { timing: parts.timing }),
  });
  follower.nicsChanged = () => {
    connect();
    reconciler.setNics(registry.contexts());
  };

  const status = () =>
    composeStatus({
      uid: config.uid,
      fqdn: config.fqdn,
      startedAt,
      stored: store.current(),
      reconciler: reconciler.status(),
      registry,
      problems,
    });
  const check = (network: NetworkConfig) =>
    checkHere(network, {
      before: store.current().config,
      registry,
      findActors,
      ignoreActors: config.os.ignore_second_actor,
    });
  const { uid, fqdn, tokens } = config;
  const app = createApp({ uid, fqdn, org: config.org, tokens, store, check, status, closing: ends.signal, log });
  // Before the reconciler touches anything: a daemon that cannot serve must not have taken the address.
  const api = await listen(app, { host: config.listen.host, port: config.listen.port, tls });
  undo.push(() => api.close(0));
  const local = serveLocally(app, admin);

  let followed = -1;
  const follow = () => {
    const stored = store.current();
    if (stored.version === followed) return; // a confirmation: nothing else is wanted than before
    followed = stored.version;
    reconciler.setDesired(desiredOf(stored));
    void registry.want(matter());
  };
  await reconciler.start();
  follow();
  undo.push(store.onChange(follow));
  undo.push(outcomes.settleWith(() => reconciler.status().interfaces.map(({ nic }) => nic)));
  reconciler.setRole('active'); // a node that is in no cluster is active
  undo.push(os.watch(() => void registry.review()));
  void registry.keepReviewing();
  void watchEnis({
    imds,
    clock,
    macs: () => registry.contexts().flatMap(({ nic }) => registry.known(nic)?.mac ?? []),
    onChange: () => reconciler.wake(),
    signal: ends.signal,
  });
  log('info', 'serving', { url: api.url, uid, fqdn, dryRun: os.dryRun });

  return {
    url: api.url,
    status,
    async stop(how = config.on_stop) {
      log('info', 'stopping', { how });
      ends.abort();
      await Promise.all([api.close(GRACE_MS), reconciler.stop(how)]);
      await local.close(GRACE_MS);
      for (const step of undo.reverse()) await step();
      log('info', 'stopped');
    },
  };
}
