import { CONFIG_VERSION_HEADER, type Interface, NetworkConfig, type Node } from '@tg/api';
import { sentencesOf } from '../server/sentences';
import { entryOf, withEntry } from '../store/config-state';
import { openFileConfigStore } from '../store/file-config-store';
import { whileStopped } from '../store/data-dir';
import type { DaemonConfig } from '../daemon-config';
import { applyAssignments } from './assignments';
import { CommandFailure } from './failure';
import { loadConfig } from './load-config';
import { complaintOf, connectLocally, type LocalClient } from './local-client';

/** Another writer may be at work; each round starts from what is stored then. */
const MAX_ROUNDS = 5;

/** `tg-node config get [NIC]`: the network config, or one NIC's entry, as JSON. */
export async function configGet(options: { config: string; nic: string | undefined }): Promise<number> {
  const config = await loadConfig(options.config);
  const client = await connectLocally(config.data_dir);
  const network = client === null ? await readFile(config) : (await readNode(client, config)).network;
  const { nic } = options;
  const wanted = nic === undefined ? network : entryOf(network, nic);
  if (wanted === undefined) {
    const known = (network.interfaces ?? []).map((entry) => entry.nic).join(', ') || 'none';
    throw new CommandFailure(`the config has no entry for ${nic ?? ''}; it has ${known}.`);
  }
  process.stdout.write(`${JSON.stringify(wanted, null, 2)}\n`);
  return 0;
}

/** `tg-node config set NIC FIELD=VALUE…`: through the daemon when it runs, else in its file. */
export async function configSet(options: { config: string; nic: string; assignments: string[] }): Promise<number> {
  const { nic, assignments } = options;
  const config = await loadConfig(options.config);
  const edit = (network: NetworkConfig): NetworkConfig => {
    const entry: Interface = entryOf(network, nic) ?? { nic };
    const edited = withEntry(network, nic, applyAssignments(entry, assignments));
    const parsed = NetworkConfig.safeParse(edited);
    if (!parsed.success) throw new CommandFailure(sentencesOf(parsed.error, edited).join('\n'));
    return edited;
  };
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const client = await connectLocally(config.data_dir);
    const version = client === null ? await setInFile(config, edit) : await setThrough(client, config, edit);
    if (version === null) continue;
    const how =
      client === null
        ? 'The daemon does not run: it is applied when tg-node run starts.'
        : 'The daemon applies it; see tg-node status.';
    process.stdout.write(`stored as config version ${version}. ${how}\n`);
    return 0;
  }
  throw new CommandFailure(
    `others kept writing to the config at the same time (${MAX_ROUNDS} tries); repeat the command.`,
  );
}

async function readFile(config: DaemonConfig): Promise<NetworkConfig> {
  const store = await openFileConfigStore(config.data_dir, { onWarning: () => undefined });
  return store.current().config;
}

async function readNode(client: LocalClient, { uid }: DaemonConfig): Promise<{ network: NetworkConfig; etag: string }> {
  const answer = await client.call('GET', `/node/${uid}`);
  if (answer.status !== 200) throw new CommandFailure(complaintOf(answer));
  const { config } = answer.body as Node;
  return { network: config.network ?? {}, etag: String(answer.headers.etag ?? '*') };
}

/** Null when somebody else wrote in between. */
async function setThrough(
  client: LocalClient,
  config: DaemonConfig,
  edit: (network: NetworkConfig) => NetworkConfig,
): Promise<string | null> {
  const { network, etag } = await readNode(client, config);
  const answer = await client.call('PUT', `/node/${config.uid}/config/network`, { body: edit(network), ifMatch: etag });
  if (answer.status === 412) return null;
  if (answer.status !== 200) throw new CommandFailure(complaintOf(answer));
  return String(answer.headers[CONFIG_VERSION_HEADER] ?? '?');
}

/** Null when a daemon started in between. */
async function setInFile(
  { data_dir }: DaemonConfig,
  edit: (network: NetworkConfig) => NetworkConfig,
): Promise<string | null> {
  const done = await whileStopped(data_dir, async () => {
    const warn = (message: string) => process.stderr.write(`tg-node: ${message}\n`);
    const store = await openFileConfigStore(data_dir, { onWarning: warn });
    return store.put(edit(store.current().config));
  });
  return done === null ? null : String(done.result.version);
}
