import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { ClusterConfig } from '@tg/api';
import { ANY_HOST, type ClusterSection, HEARTBEAT_PORT, isAnyHost, PeerEndpoint } from '../../cluster-section';
import { sentencesOf } from '../../server/sentences';
import { jsonFile } from '../../store/json-file';
import { keyComplaint } from './credentials';
import { type ClusterCredentials, type JoinRequest, MembershipError, type MembershipState } from './membership';

/** What the API wrote; each part that is there replaces what node.yaml says. */
const Written = z.object({
  format: z.literal(1),
  /** Null: left. */
  cluster: z.object({ fqdn: z.string(), key: z.string().nullable(), peer: PeerEndpoint.nullable() }).nullish(),
  config: z
    .object({
      enabled: z.boolean().optional(),
      host: z.string().optional(),
      port: z.int().optional(),
      statusHost: z.string().optional(),
      statusPort: z.int().optional(),
    })
    .optional(),
  state: z.enum(['ACTIVE', 'INACTIVE']).optional(),
});
type Written = z.infer<typeof Written>;

/** Where {@link openMembership} keeps what the API wrote, inside data_dir; mode 0600, as it holds the cluster key. */
export const MEMBERSHIP_FILE = 'membership.json';

/** `cluster` of node.yaml with the credentials it names. */
export type Seed = Pick<ClusterSection, 'fqdn' | 'listen' | 'peer'> & { credentials: ClusterCredentials };

/** The stored part of a node's membership: no sockets, no peer. */
export interface MembershipStore {
  current(): MembershipState;
  /** It is in no cluster because it was told to leave, not for want of what would say so. */
  hasLeft(): boolean;
  /** What would be wrong with a join; empty: nothing. */
  complaints(request: JoinRequest): string[];
  join(request: JoinRequest): Promise<MembershipState>;
  leave(): Promise<MembershipState>;
  configure(config: ClusterConfig): Promise<MembershipState>;
  setState(state: 'ACTIVE' | 'INACTIVE'): Promise<MembershipState>;
  /** Drops what the API said about the cluster, so that node.yaml counts again. */
  forget(): Promise<void>;
  onChange(listener: (state: MembershipState) => void): () => void;
}

/** What {@link openMembership} is made of. */
export interface MembershipFileOptions {
  dataDir: string;
  /** node.yaml's; null: it names no cluster. */
  seed: Seed | null;
  onWarning: (message: string) => void;
  /** Every address of this host; default: what the kernel says. */
  ownAddresses?: () => readonly string[];
}

/** The membership in `data_dir/membership.json` over node.yaml. Rejects with a StoreError `corrupt` when it is damaged. */
export async function openMembership(options: MembershipFileOptions): Promise<MembershipStore> {
  const { dataDir, seed, onWarning, ownAddresses = kernelAddresses } = options;
  const file = jsonFile(join(dataDir, MEMBERSHIP_FILE), Written, (error) => onWarning(error.message));
  let written: Written = (await file.load()) ?? { format: 1 };
  let state = combine(written, seed);
  let last: Promise<unknown> = Promise.resolve();
  const listeners = new Set<(state: MembershipState) => void>();
  if (seed !== null && written.cluster !== undefined && written.cluster?.fqdn !== seed.fqdn) {
    const now = written.cluster === null ? 'is in no cluster' : `is in ${written.cluster.fqdn}`;
    onWarning(
      `node.yaml puts this node into ${seed.fqdn}, but by a later request over the API it ${now}, which counts; ` +
        `tg-node join --cluster ${seed.fqdn} puts it into ${seed.fqdn} again`,
    );
  }

  /** One change at a time; memory follows the disk. */
  const change = (next: (written: Written) => Written): Promise<MembershipState> => {
    const done = last.then(async () => {
      const wanted = next(written);
      await file.save(wanted);
      written = wanted;
      state = combine(written, seed);
      for (const listener of listeners) listener(state);
      return state;
    });
    last = done.catch(() => undefined);
    return done;
  };

  const complaints = (request: JoinRequest, now: MembershipState): string[] => {
    const { fqdn, clusterKey, peer } = request;
    const said: string[] = [];
    if (now.cluster !== null && now.cluster.fqdn !== fqdn) {
      said.push(
        `this node is in the cluster ${now.cluster.fqdn}; take it out first ({"cluster": null}), then into ${fqdn}.`,
      );
    }
    const complaint = clusterKey === undefined ? null : keyComplaint(clusterKey);
    if (complaint !== null) said.push(`clusterKey: ${complaint}.`);
    const known = now.cluster?.fqdn === fqdn || seed?.fqdn === fqdn;
    if (clusterKey === undefined && !known) {
      said.push(
        `clusterKey is missing: this node has no key of ${fqdn}; both members need the same one ` +
          `(tg-node init --cluster makes one).`,
      );
    }
    if (peer !== undefined) {
      const parsed = PeerEndpoint.safeParse(peer);
      if (!parsed.success) said.push(...sentencesOf(parsed.error, peer).map((sentence) => `peer.${sentence}`));
      else if (isSelf(parsed.data, now.config, ownAddresses())) {
        said.push(`peer is ${peer.host}:${peer.port}, which is this node itself; name the other member.`);
      }
    }
    return said;
  };

  return {
    current: () => state,
    hasLeft: () => written.cluster === null,
    complaints: (request) => complaints(request, state),
    join: (request) =>
      change((now) => {
        const said = complaints(request, state);
        if (said.length > 0) throw new MembershipError(said);
        const { fqdn, clusterKey, peer } = request;
        const before = now.cluster?.fqdn === fqdn ? now.cluster : null;
        return {
          ...now,
          cluster: { fqdn, key: clusterKey ?? before?.key ?? null, peer: peer ?? before?.peer ?? null },
        };
      }),
    leave: () =>
      change((now) => ({ format: 1, ...(now.state === undefined ? {} : { state: now.state }), cluster: null })),
    configure: (config) =>
      change((now) => {
        const { master: _, ...fields } = config;
        const said = configComplaints(fields, combine({ ...now, config: fields }, seed), ownAddresses());
        if (said.length > 0) throw new MembershipError(said);
        return { ...now, config: fields };
      }),
    async forget() {
      const { cluster: _, ...rest } = written;
      if (written.cluster !== undefined) await change(() => rest);
    },
    setState: (wanted) => change((now) => ({ ...now, state: wanted })),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function combine({ cluster, config = {}, state = 'ACTIVE' }: Written, seed: Seed | null): MembershipState {
  const fromYaml = seed === null ? null : { fqdn: seed.fqdn, credentials: seed.credentials, peer: seed.peer ?? null };
  return {
    cluster: cluster === undefined ? fromYaml : cluster === null ? null : joined(cluster, seed),
    config: {
      enabled: config.enabled ?? true,
      host: orNull(config.host) ?? seed?.listen.host ?? ANY_HOST,
      port: config.port ?? seed?.listen.port ?? HEARTBEAT_PORT,
      statusHost: orNull(config.statusHost),
      statusPort: config.statusPort ?? null,
    },
    state,
  };
}

function joined(cluster: NonNullable<Written['cluster']>, seed: Seed | null): MembershipState['cluster'] {
  const same = seed?.fqdn === cluster.fqdn ? seed : null;
  const credentials = cluster.key === null ? same?.credentials : { key: cluster.key };
  // Its key was in node.yaml, which names another cluster now: without a key there is no cluster to be in.
  if (credentials === undefined) return null;
  return { fqdn: cluster.fqdn, credentials, peer: cluster.peer ?? same?.peer ?? null };
}

/** The portal's clients send an empty string for "not set". */
const orNull = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

function configComplaints(
  config: ClusterConfig,
  { config: { host, port }, cluster }: MembershipState,
  addresses: readonly string[],
): string[] {
  const said: string[] = [];
  for (const field of ['host', 'statusHost'] as const) {
    const value = config[field];
    if (value !== undefined && value !== '' && !/^[0-9a-z.:_-]{1,253}$/i.test(value)) {
      said.push(`${field} ${JSON.stringify(value)} must be an address of this node, without a port.`);
    }
  }
  const here = { host: orNull(config.host) ?? host, port: config.port ?? port };
  if (cluster?.peer && isSelf(cluster.peer, here, addresses)) {
    said.push(
      `host and port would be ${here.host}:${here.port}, where the other member is known to take heartbeats; choose others.`,
    );
  }
  const statusHost = orNull(config.statusHost);
  if (
    config.statusPort !== undefined &&
    config.statusPort === here.port &&
    (statusHost === here.host || isAnyHost(here.host))
  ) {
    said.push(`statusPort is ${config.statusPort}, which the heartbeats use (port); choose another.`);
  }
  return said;
}

/** Whether heartbeats sent there would come back to their sender. */
export function isSelf(
  peer: { host: string; port: number },
  own: { host: string; port: number },
  addresses: readonly string[],
) {
  if (peer.port !== own.port) return false;
  if (peer.host.toLowerCase() === own.host.toLowerCase()) return true;
  return isAnyHost(own.host) && (peer.host.toLowerCase() === 'localhost' || addresses.includes(peer.host));
}

function kernelAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((infos) => (infos ?? []).map(({ address }) => address));
}
