import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type ClusterSection, Fqdn, HEARTBEAT_PORT, isAnyHost } from '../cluster-section';
import type { MembershipState } from '../cluster/store/membership';
import { type MembershipStore, openMembership, type Seed } from '../cluster/store/membership-file';
import { keyComplaint, readCredentials } from '../cluster/store/credentials';
import type { DaemonConfig } from '../daemon-config';
import { writeDurably } from '../store/durable-file';
import { CommandFailure } from './failure';

/** The cluster's full name: a bare name gets the node's domain. */
export function clusterFqdn(name: string, nodeFqdn: string): string {
  const domain = nodeFqdn.split('.').slice(1).join('.');
  const fqdn = (name.includes('.') || domain === '' ? name : `${name}.${domain}`).toLowerCase();
  const parsed = Fqdn('gw.example.com').safeParse(fqdn);
  if (!parsed.success) throw new CommandFailure(`--cluster ${name} must be a name such as gw, or gw.example.com.`, 2);
  if (fqdn === nodeFqdn.toLowerCase()) {
    throw new CommandFailure(
      `--cluster ${name} is the name of this node (${nodeFqdn}); the cluster needs one of its own.`,
      2,
    );
  }
  return fqdn;
}

/** `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`. */
export function parsePeer(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? HEARTBEAT_PORT : Number(digits);
  if (host === undefined || port < 1 || port > 65535) {
    throw new CommandFailure(`--peer ${text} must be HOST or HOST:PORT, such as 10.0.1.20:${HEARTBEAT_PORT}.`, 2);
  }
  if (isAnyHost(host))
    throw new CommandFailure(`--peer ${text} is no address of one node; name the other member's.`, 2);
  return { host, port };
}

/** Where the other machine reaches this node: what it listens on, else the node's first address. */
export function reachableAt(listen: { host: string; port: number }): string {
  const own = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  const first = own.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
  const host = isAnyHost(listen.host) ? (first ?? 'ADDRESS-OF-THIS-NODE') : listen.host;
  return `${host.includes(':') ? `[${host}]` : host}:${listen.port}`;
}

/** What a person types on the other machine. */
export function joinCommand(fqdn: string, key: string, listen: { host: string; port: number }): string {
  return `tg-node join --cluster ${fqdn} --peer ${reachableAt(listen)} --key ${key}`;
}

/** The key that `--key` or `--key-file` gives; undefined: neither. */
export async function givenKey(options: {
  key: string | undefined;
  keyFile: string | undefined;
}): Promise<string | undefined> {
  const { key, keyFile } = options;
  if (key !== undefined && keyFile !== undefined) throw new CommandFailure('give --key or --key-file, not both.', 2);
  if (keyFile === undefined && key === undefined) return undefined;
  const text = keyFile === undefined ? (key ?? '') : (await readText(keyFile)).trim();
  const complaint = keyComplaint(text);
  if (complaint !== null) {
    throw new CommandFailure(`${keyFile === undefined ? '--key' : `--key-file ${keyFile}`}: ${complaint}.`, 2);
  }
  return text;
}

/** What a stopped node is a member of, as its next start will have it. With `key` the key file need not be readable. */
export async function storedMembership(
  config: DaemonConfig,
  key?: string,
): Promise<{ store: MembershipStore; state: MembershipState }> {
  const onWarning = (message: string) => process.stderr.write(`tg-node: ${message}\n`);
  const { cluster } = config;
  const seed =
    cluster !== undefined && key !== undefined
      ? { ...cluster, fqdn: cluster.fqdn.toLowerCase(), credentials: { key } }
      : await seedOf(config).catch((cause: unknown) => {
          throw new CommandFailure(cause instanceof Error ? cause.message : String(cause), 1, { cause });
        });
  const store = await openMembership({ dataDir: config.data_dir, seed, onWarning });
  return { store, state: store.current() };
}

/** `cluster` of node.yaml with what its files hold; null: it has none. */
export async function seedOf(config: Pick<DaemonConfig, 'cluster'>): Promise<Seed | null> {
  const { cluster } = config;
  if (cluster === undefined) return null;
  const { fqdn, listen, peer } = cluster;
  return { fqdn: fqdn.toLowerCase(), listen, peer, credentials: await readCredentials(cluster) };
}

/** What is written into `cluster` of node.yaml; `peer` and `listen` stay as they are where they are not named. */
export interface SectionEdit {
  fqdn: string;
  key?: string | undefined;
  peer?: ClusterSection['peer'];
  listen?: Partial<ClusterSection['listen']> | undefined;
}

/**
 * Writes the key beside node.yaml and the section into it; comments and other keys stay. The caller has made sure that no
 * daemon runs. Answers the files written.
 */
export async function writeSection(configFile: string, edit: SectionEdit): Promise<string[]> {
  const keyFile = join(dirname(resolve(configFile)), 'cluster.key');
  const written: string[] = [];
  const { parseDocument } = await import('yaml');
  const document = parseDocument(await readText(configFile));
  document.setIn(['cluster', 'fqdn'], edit.fqdn);
  if (edit.key !== undefined) {
    await write(keyFile, `${edit.key}\n`);
    written.push(keyFile);
    document.setIn(['cluster', 'key_file'], keyFile);
    document.deleteIn(['cluster', 'tls']);
  }
  if (edit.peer !== undefined) document.setIn(['cluster', 'peer'], edit.peer);
  for (const [key, value] of Object.entries(edit.listen ?? {})) document.setIn(['cluster', 'listen', key], value);
  await write(configFile, document.toString());
  return [...written, configFile];
}

/** Takes the section out of node.yaml. The key stays: `tg-node join` may need it again. */
export async function removeSection(configFile: string): Promise<void> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(await readText(configFile));
  if (document.delete('cluster')) await write(configFile, document.toString());
}

async function write(path: string, text: string): Promise<void> {
  // Made anew with mode 0600, so that a key never stands in a file that others may read.
  await writeDurably(path, text).catch((cause: unknown) => {
    throw new CommandFailure(cause instanceof Error ? cause.message : String(cause), 1, { cause });
  });
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CommandFailure(`cannot read ${path}: ${(cause as Error).message}.`, 1, { cause });
  });
}
