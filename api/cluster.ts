import * as z from 'zod';
import { NetworkConfig } from './network-config';

/** Whether the configured active member takes the role back once it is healthy again. */
export const ClusterMode = z.enum(['autoFailback', 'manualFailback']);

/** See the schema of the same name. */
export type ClusterMode = z.infer<typeof ClusterMode>;

/** A graceful change: the old active member unassigns before the new one assigns, or the new one takes in one reassigning call. */
export const ClusterHandover = z.enum(['release', 'move']);

/** See the schema of the same name. */
export type ClusterHandover = z.infer<typeof ClusterHandover>;

/** The bounds of the Cluster Timeout, in seconds. */
export const MIN_CLUSTER_TIMEOUT = 3;
export const MAX_CLUSTER_TIMEOUT = 600;

/** The Cluster Timeout: how long a member may be silent before the other one takes over. Whole seconds. */
export const ClusterTimeout = z.int().min(MIN_CLUSTER_TIMEOUT).max(MAX_CLUSTER_TIMEOUT);

/** What a cluster is where nobody said otherwise. */
export const CLUSTER_DEFAULTS = { mode: 'autoFailback', timeout: 10, handover: 'release' } as const;

/** A cluster's name: a DNS label, as its FQDN is `name.domain`. */
export const ClusterName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i, 'must be letters, digits and dashes, at most 63, such as gateways');

const Tags = z.record(z.string(), z.string());
const Settings = {
  mode: ClusterMode.optional(),
  timeout: ClusterTimeout.optional(),
  handover: ClusterHandover.optional(),
};

/**
 * The body of `POST /cluster`. The FQDN is the name and the domain of `GET /org/mine`. `device` is taken because the
 * portal's own client sends it, and not acted on.
 */
export const CreateCluster = z
  .strictObject({
    name: ClusterName,
    ...Settings,
    tags: Tags.nullish(),
    device: z.looseObject({}).nullish(),
    config: z.strictObject({ network: NetworkConfig.optional() }).nullish(),
  })
  .meta({ id: 'CreateCluster' });

/** See the schema of the same name. */
export type CreateCluster = z.infer<typeof CreateCluster>;

/** The body of `PUT /cluster/{fqdn}`: what is not named stays. The FQDN stays too when the name changes. */
export const UpdateCluster = z
  .strictObject({ name: z.string().min(1).max(253).optional(), ...Settings, tags: Tags.nullish() })
  .meta({ id: 'UpdateCluster' });

/** See the schema of the same name. */
export type UpdateCluster = z.infer<typeof UpdateCluster>;

/**
 * The control plane's judgement, made by the member that answers. `healthy`: both members are up, one is active.
 * `unhealthy`: one is active and the other is not up, or two are. `offline`: nobody is active. `unknown`: the peer is
 * not heard, and this member is not active.
 */
export const ClusterHealth = z.enum(['healthy', 'unhealthy', 'offline', 'unknown']);

/** See the schema of the same name. */
export type ClusterHealth = z.infer<typeof ClusterHealth>;

/** A member in {@link Cluster}. */
export const ClusterMember = z
  .object({
    uid: z.string(),
    fqdn: z.string(),
    /** Takes part in heartbeats (`config.cluster.enabled`). */
    enabled: z.boolean(),
    state: z.enum(['ACTIVE', 'INACTIVE']),
    /** The node that answers, or heard by it. */
    online: z.boolean(),
    /** The configured active member. */
    master: z.boolean(),
    /** Holds the cluster's addresses now. */
    active: z.boolean(),
  })
  .meta({ id: 'ClusterMember' });

/** See the schema of the same name. */
export type ClusterMember = z.infer<typeof ClusterMember>;

/** A cluster as `GET /cluster/{fqdn}` returns it, with an `ETag`. */
export const Cluster = z
  .looseObject({
    name: z.string(),
    fqdn: z.string(),
    domain: z.string().optional(),
    mode: ClusterMode.optional(),
    /** The Cluster Timeout in seconds. The portal has no such field. */
    timeout: z.int().optional(),
    handover: ClusterHandover.optional(),
    tags: Tags.nullish(),
    health: ClusterHealth.optional(),
    config: z.looseObject({ network: NetworkConfig.optional() }),
    /** Ours; the portal lists members by `GET /node?cluster={fqdn}`. */
    members: z.array(ClusterMember).optional(),
  })
  .meta({ id: 'Cluster' });

/** See the schema of the same name. */
export type Cluster = z.infer<typeof Cluster>;

/** The body of `PUT /node/{uid}`: either membership or state; not both, as each is an operation of its own. */
export const UpdateNode = z
  .strictObject({
    /** The FQDN of the cluster to be in; null: in none. */
    cluster: z.string().min(1).nullable().optional(),
    /** The key both members share (`tg-node init --cluster` makes one); with `cluster` only. */
    clusterKey: z.string().min(1).optional(),
    /** Where the peer takes heartbeats; with `cluster` only. One member that knows the other is enough. */
    peer: z.strictObject({ host: z.string().min(1), port: z.int().min(1).max(65535).default(9000) }).optional(),
    state: z.enum(['ACTIVE', 'INACTIVE']).optional(),
  })
  .superRefine(({ cluster, clusterKey, peer, state }, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (cluster === undefined && state === undefined) {
      issue('cluster', 'is missing: the body must name cluster (an FQDN, or null to leave) or state');
    }
    if (cluster !== undefined && state !== undefined) issue('state', 'goes in a request of its own, without cluster');
    if (typeof cluster === 'string') return;
    if (clusterKey !== undefined) issue('clusterKey', 'needs cluster, the FQDN of the cluster that it opens');
    if (peer !== undefined) issue('peer', 'needs cluster, the FQDN of the cluster that the peer is in');
  })
  .meta({ id: 'UpdateNode' });

/** See the schema of the same name. */
export type UpdateNode = z.infer<typeof UpdateNode>;
