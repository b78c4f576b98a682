import type { DaemonConfig } from '../daemon-config';
import { isSelf } from '../cluster/store/membership-file';
import { whileStopped } from '../store/data-dir';
import { clusterFqdn, givenKey, parsePeer, removeSection, storedMembership, writeSection } from './cluster-file';
import { CommandFailure } from './failure';
import { loadConfig } from './load-config';
import { complaintOf, connectLocally } from './local-client';
import { networkInterfaces } from 'node:os';

/** What `tg-node join` is told. */
export interface JoinOptions {
  config: string;
  peer: string | undefined;
  key: string | undefined;
  keyFile: string | undefined;
  cluster: string | undefined;
}

/** A hand-over before leaving takes seconds. */
const LEAVE_MS = 30_000;

/** `tg-node join`: puts this node into a cluster, through the daemon when it runs, else in node.yaml. */
export async function join(options: JoinOptions): Promise<number> {
  const config = await loadConfig(options.config);
  const peer = options.peer === undefined ? undefined : parsePeer(options.peer);
  const key = await givenKey(options);
  const named = options.cluster ?? config.cluster?.fqdn;
  if (named === undefined) {
    throw new CommandFailure(
      'which cluster? Say --cluster FQDN, as tg-node init --cluster printed it on the other member.',
      2,
    );
  }
  const fqdn = clusterFqdn(named, config.fqdn);
  for (let round = 1; round <= 2; round++) {
    const client = await connectLocally(config.data_dir, LEAVE_MS);
    if (client !== null) {
      const body = {
        cluster: fqdn,
        ...(key === undefined ? {} : { clusterKey: key }),
        ...(peer === undefined ? {} : { peer }),
      };
      const answer = await client.call('PUT', `/node/${config.uid}`, { body });
      if (answer.status !== 200) throw new CommandFailure(complaintOf(answer));
      process.stdout.write(`${config.fqdn} is a member of ${fqdn} now; see tg-node status.\n`);
      return 0;
    }
    const files = await whileStopped(config.data_dir, () => joinInFile(options.config, config, { fqdn, key, peer }));
    if (files === null) continue; // it was started in between
    process.stdout.write(
      `${files.result.map((file) => `wrote ${file}\n`).join('')}${config.fqdn} joins ${fqdn} when tg-node run starts.\n`,
    );
    return 0;
  }
  throw new CommandFailure('the daemon was starting or stopping meanwhile; repeat the command.');
}

async function joinInFile(
  file: string,
  config: DaemonConfig,
  wanted: { fqdn: string; key: string | undefined; peer: { host: string; port: number } | undefined },
): Promise<string[]> {
  const { fqdn, key, peer } = wanted;
  const { store, state } = await storedMembership(config, key);
  const { cluster } = state;
  if (cluster !== null && cluster.fqdn !== fqdn) {
    throw new CommandFailure(`this node is in the cluster ${cluster.fqdn}; take it out first: tg-node leave.`);
  }
  if (key === undefined && config.cluster?.fqdn.toLowerCase() !== fqdn) {
    throw new CommandFailure(`--key is missing: the one that tg-node init --cluster printed on the other member.`, 2);
  }
  const addresses = Object.values(networkInterfaces()).flatMap((infos) => (infos ?? []).map(({ address }) => address));
  if (peer !== undefined && isSelf(peer, state.config, addresses)) {
    throw new CommandFailure(
      `--peer ${peer.host}:${peer.port} is this node itself; name the other member's address.`,
      2,
    );
  }
  const written = await writeSection(file, { fqdn, key, peer });
  await store.forget(); // what the API was told before is outdated by what a person says now
  return written;
}

/** `tg-node leave`: takes this node out of its cluster; a running active member hands over first. */
export async function leave(options: { config: string }): Promise<number> {
  const config = await loadConfig(options.config);
  const client = await connectLocally(config.data_dir, LEAVE_MS);
  if (client !== null) {
    const answer = await client.call('PUT', `/node/${config.uid}`, { body: { cluster: null } });
    if (answer.status !== 200) throw new CommandFailure(complaintOf(answer));
  } else {
    const done = await whileStopped(config.data_dir, async () => {
      const { store, state } = await storedMembership(config);
      if (state.cluster !== null) await removeSection(options.config);
      await store.leave(); // said, not only no longer said: else the next start takes the section for lost
    });
    if (done === null) throw new CommandFailure('the daemon was starting meanwhile; repeat the command.');
  }
  process.stdout.write(`${config.fqdn} is in no cluster.\n`);
  return 0;
}
