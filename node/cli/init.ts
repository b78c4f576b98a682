import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ANY_HOST, HEARTBEAT_PORT } from '../cluster-section';
import { makeClusterKey } from '../cluster/link/cluster-key';
import { DaemonConfig } from '../daemon-config';
import { createIproute2 } from '../os/iproute2';
import { detectSecondActors } from '../os/second-actor/detect';
import type { DropIn } from '../os/second-actor/finding';
import { type HostView, thisHost } from '../os/second-actor/host-view';
import { NETWORKD_CONF_DROP_IN, networkdDropIn } from '../os/second-actor/networkd';
import { sentencesOf } from '../server/sentences';
import { whileStopped } from '../store/data-dir';
import { selfSigned } from './certificate';
import { clusterFqdn, joinCommand, storedMembership, writeSection } from './cluster-file';
import { CommandFailure } from './failure';
import { DEFAULT_CONFIG, loadConfig } from './load-config';

/** What `tg-node init` is told; every folder may be relative. */
export interface InitOptions {
  dir: string;
  fqdn: string | undefined;
  dataDir: string | undefined;
  host: string;
  port: number;
  nics: string[];
  dropInDir: string | undefined;
  /** The cluster to begin; undefined: none. */
  cluster: string | undefined;
  /** Where this node takes heartbeats; undefined: at every address. */
  heartbeatHost: string | undefined;
  heartbeatPort: number;
}

const TOKEN_ID = 'terraform';
const DEFAULT_DIR = dirname(DEFAULT_CONFIG);

/** `tg-node init`: node.yaml with a new uid, an API key (shown once), a certificate, and drop-ins for networkd. */
export async function init(options: InitOptions, host: HostView = thisHost): Promise<number> {
  const dir = resolve(options.dir);
  const file = join(dir, 'node.yaml');
  if (options.cluster !== undefined && (await exists(file)))
    return beginCluster(file, { ...options, cluster: options.cluster });
  if (await exists(file))
    throw new CommandFailure(`${file} exists; remove it first to make a new node (its uid and API key would be lost).`);
  const fqdn = (options.fqdn ?? hostname()).toLowerCase();
  const cluster = options.cluster === undefined ? null : clusterFqdn(options.cluster, fqdn);
  const secret = randomBytes(32).toString('base64url');
  const clusterKey = makeClusterKey();
  const clusterKeyFile = join(dir, 'cluster.key');
  const heartbeats = heartbeatsOf(options);
  const config = {
    uid: randomUUID(),
    fqdn,
    data_dir: options.dataDir === undefined ? defaultDataDir(dir) : resolve(options.dataDir),
    listen: {
      host: options.host,
      port: options.port,
      tls: { cert_file: join(dir, 'tls.crt'), key_file: join(dir, 'tls.key') },
    },
    tokens: [{ id: TOKEN_ID, secret_sha256: createHash('sha256').update(secret).digest('hex') }],
    on_stop: 'release',
    ...(cluster === null
      ? {}
      : {
          cluster: { fqdn: cluster, key_file: clusterKeyFile, ...(heartbeats === null ? {} : { listen: heartbeats }) },
        }),
  };
  const parsed = DaemonConfig.safeParse(config);
  if (!parsed.success) throw new CommandFailure(sentencesOf(parsed.error, config).join('\n'), 2);

  const { stringify } = await import('yaml');
  const names = [fqdn, hostname().toLowerCase(), 'localhost', '127.0.0.1', '::1', options.host];
  const { cert, key } = await selfSigned(
    fqdn,
    names.filter((name) => !['0.0.0.0', '::'].includes(name)),
  );
  await mkdir(dir, { recursive: true });
  const header = '# The node daemon tg-node. Every key: docs/node.md.\n';
  await write(config.listen.tls.cert_file, cert, 0o644);
  await write(config.listen.tls.key_file, key, 0o600);
  const dropIns = await writeDropIns(resolve(options.dropInDir ?? join(dir, 'drop-ins')), options.nics, host);
  if (cluster !== null) await write(clusterKeyFile, `${clusterKey}\n`, 0o600);
  await write(file, header + stringify(config), 0o600); // last: without it nothing was made

  const lines = [
    `Node ${fqdn}, uid ${config.uid}.`,
    `wrote ${file}`,
    `wrote ${config.listen.tls.cert_file} and ${config.listen.tls.key_file} (give the certificate to the provider as ca_file or TG_CA_FILE)`,
    ...dropIns,
    ...(cluster === null ? [] : [`wrote ${clusterKeyFile}, the key of the cluster ${cluster}`]),
    '',
    'API key for the provider, shown this once (only its hash is stored):',
    `  api_key_id      ${TOKEN_ID}`,
    `  api_key_secret  ${secret}`,
    '',
    `Start it with: tg-node run --config ${file}`,
    ...(cluster === null ? [] : inviting(cluster, clusterKey, heartbeats)),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

/** `tg-node init --cluster` on a node that there is already: the cluster only. */
async function beginCluster(file: string, options: InitOptions & { cluster: string }): Promise<number> {
  const config = await loadConfig(file);
  const fqdn = clusterFqdn(options.cluster, config.fqdn);
  const key = makeClusterKey();
  const listen = heartbeatsOf(options);
  const files = await whileStopped(config.data_dir, async () => {
    const { store, state } = await storedMembership(config);
    if (state.cluster !== null) {
      throw new CommandFailure(
        `${config.fqdn} is in the cluster ${state.cluster.fqdn} already; tg-node leave takes it out (its key is in ${config.cluster?.key_file ?? 'data_dir/membership.json'}).`,
      );
    }
    const written = await writeSection(file, { fqdn, key, ...(listen === null ? {} : { listen }) });
    await store.forget();
    return written;
  });
  if (files === null) {
    throw new CommandFailure(
      `the daemon runs on ${config.data_dir}; stop it first, so that node.yaml can be edited (on_stop: keep keeps the address).`,
    );
  }
  process.stdout.write(
    [...files.result.map((written) => `wrote ${written}`), ...inviting(fqdn, key, listen)]
      .map((line) => `${line}\n`)
      .join(''),
  );
  return 0;
}

function heartbeatsOf({ heartbeatHost, heartbeatPort }: InitOptions): { host?: string; port?: number } | null {
  const listen = {
    ...(heartbeatHost === undefined ? {} : { host: heartbeatHost }),
    ...(heartbeatPort === HEARTBEAT_PORT ? {} : { port: heartbeatPort }),
  };
  return Object.keys(listen).length === 0 ? null : listen;
}

/** What is left to do on the other machine. */
function inviting(cluster: string, key: string, heartbeats: { host?: string; port?: number } | null): string[] {
  const listen = { host: ANY_HOST, port: HEARTBEAT_PORT, ...heartbeats };
  return [
    '',
    `This node is the first member of ${cluster}. On the other machine, after tg-node init:`,
    `  ${joinCommand(cluster, key, listen)}`,
    `(TCP ${listen.port} has to be open between the two, both ways; check that the address is the one it reaches this node by.)`,
  ];
}

function defaultDataDir(dir: string): string {
  return dir === DEFAULT_DIR ? '/var/lib/tg-node' : join(dir, 'data');
}

/** Writes the drop-ins below `folder` as below `/`; says what was written and how to put them in force. */
async function writeDropIns(folder: string, nics: readonly string[], host: HostView): Promise<string[]> {
  const os = createIproute2({ netns: null });
  const links = await os.links().catch(() => []);
  os.close();
  const watched = nics.map((nic) => ({
    nic,
    index: links.find(({ device }) => device === nic)?.index ?? -1,
    addresses: [],
    needsRule: true,
  }));
  const found = (await detectSecondActors(host, watched)).flatMap(({ dropIn }) => dropIn ?? []);
  const managed = found.some(({ path }) => path.startsWith('/etc/systemd/network/'));
  const wanted = managed || nics.length === 0 ? [...found, NETWORKD_CONF_DROP_IN] : found;
  const general = nics.length === 0 ? [networkdDropIn('NAME-OF-THE-NICS-FILE.network')] : [];
  const all = new Map<string, DropIn>([...wanted, ...general].map((dropIn) => [dropIn.path, dropIn]));
  for (const { path, content } of all.values()) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await write(target, content, 0o644);
  }
  if (all.size === 0) return ['no other program binds addresses on these NICs here, so no drop-in is needed'];
  const advice =
    nics.length === 0
      ? "rename the folder NAME-OF-THE-NICS-FILE.network.d after the .network file of the cluster IP's NIC (networkctl status NIC shows it), or run init with --nic NIC;"
      : `they make other programs on this host leave the cluster IP alone;`;
  const commands = [...new Set([...all.values()].map(({ activate }) => activate))].join('; ');
  return [
    ...[...all.keys()].map((path) => `wrote ${join(folder, path)}`),
    `${advice} put in force with: cp -r '${folder}/.' / and then: ${commands}`,
  ];
}

async function write(path: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(path, text, { mode, flag: 'w' });
  } catch (cause) {
    throw new CommandFailure(`cannot write ${path}: ${(cause as Error).message}.`, 1, { cause });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
