import * as z from 'zod';
import { Problem } from './problem';

/** What a member is doing about the cluster's addresses. */
export const MemberPhase = z.enum([
  'listening',
  'standby',
  'claiming',
  'withdrawing',
  'active',
  'yielding',
  'releasing',
  'suspended',
]);

/** See the schema of the same name. */
export type MemberPhase = z.infer<typeof MemberPhase>;

/** The number of a takeover and the uid of the member that made it. */
export const ClusterTerm = z.object({ number: z.int().min(1), uid: z.string() });

/** See the schema of the same name. */
export type ClusterTerm = z.infer<typeof ClusterTerm>;

/** A member of the cluster, as the node that is asked sees it. What the other one has not told yet is null. */
export const MemberStatus = z
  .object({
    uid: z.string(),
    fqdn: z.string(),
    /** True for the node that answers. */
    self: z.boolean(),
    /** `active`: it holds the addresses by a term in effect. `unknown`: it is not heard. */
    role: z.enum(['active', 'standby', 'unknown']),
    phase: MemberPhase.nullable(),
    /** Heartbeats of it arrive, and it says that ours do. Always true for the node that answers. */
    reachable: z.boolean(),
    /** Since its newest heartbeat arrived, in time this node's own loop ran; null: none ever did. 0 for the node that answers. */
    heartbeatAgeMs: z.number().min(0).nullable(),
    /** Where it takes heartbeats. */
    endpoint: z.object({ host: z.string(), port: z.int() }).nullable(),
    fitness: z
      .object({ enabled: z.boolean(), healthy: z.boolean(), ec2: z.boolean(), problems: z.array(z.string()) })
      .nullable(),
    /** Each of the cluster's addresses at its ENI and its NIC, in the words of `InterfaceStatus`. */
    addresses: z.array(z.object({ nic: z.string(), address: z.string(), eni: z.string(), os: z.string() })),
    /** Its data ENIs by NIC. */
    enis: z.record(
      z.string(),
      z.object({ eniId: z.string(), subnetId: z.string(), subnetCidr: z.string(), primary: z.string().optional() }),
    ),
  })
  .meta({ id: 'MemberStatus' });

/** See the schema of the same name. */
export type MemberStatus = z.infer<typeof MemberStatus>;

/** The newest takeover that this node took part in or heard of. */
export const Failover = z
  .object({
    /** Why, e.g. `silence`, `handover`, `failback`, `health`, `stop`, `start`. */
    cause: z.string(),
    /** When it was decided, RFC 3339. */
    at: z.string(),
    /** Who held the addresses before; null: nobody. */
    from: z.string().nullable(),
    to: z.string(),
    term: ClusterTerm,
    /**
     * Milliseconds since the decision, as the gaining member measured them; a phase not reached (or not seen by the node
     * that answers) is absent. `detected`: since the old holder was last heard, or the request was made, until the
     * decision; `claimed`: until EC2 confirmed the Assign; `bound`: until the addresses were bound on the NIC;
     * `verified`: until ENI and NIC were looked at again and were right.
     */
    phasesMs: z.object({
      detected: z.number().optional(),
      claimed: z.number().optional(),
      bound: z.number().optional(),
      verified: z.number().optional(),
    }),
  })
  .meta({ id: 'Failover' });

/** See the schema of the same name. */
export type Failover = z.infer<typeof Failover>;

/** A write that lost to another one which a member took while the two were apart. */
export const ConflictStatus = z
  .object({
    /** For `tg-node conflicts clear ID` and `DELETE /cluster/{fqdn}/conflicts/{id}`. */
    id: z.string(),
    /** The field of the cluster's document, e.g. `interfaces.eth1.clusterIP`. */
    field: z.string(),
    /** The value in force, and the member that wrote it; null: removed. */
    kept: z.unknown(),
    keptBy: z.string(),
    /** The value that gave way. */
    lost: z.unknown(),
    lostBy: z.string(),
    /** When the lost value was written, by that member's clock, RFC 3339. */
    at: z.string().optional(),
    /** Why it gave way, and the way out. */
    message: z.string().optional(),
  })
  .meta({ id: 'ConflictStatus' });

/** See the schema of the same name. */
export type ConflictStatus = z.infer<typeof ConflictStatus>;

/** The cluster as the node that is asked sees it: `cluster` of a {@link NodeStatus}, absent on a node in no cluster. */
export const ClusterStatus = z
  .object({
    fqdn: z.string(),
    name: z.string(),
    mode: z.enum(['autoFailback', 'manualFailback']),
    /** The Cluster Timeout in seconds. */
    timeout: z.int(),
    handover: z.enum(['release', 'move']),
    /** The highest term in effect that this node knows of; null: none ever was. */
    term: ClusterTerm.nullable(),
    /** The uid of the configured active member; null: none was ever named. */
    configuredActive: z.string().nullable(),
    /** The uid of the member that holds the addresses as far as this node knows; null: nobody is known to. */
    actualActive: z.string().nullable(),
    /** How long this node will still not claim what was just taken from it, in ms; absent: it would claim now. */
    holdDownMs: z.number().optional(),
    /** This node first. */
    members: z.array(MemberStatus),
    lastFailover: Failover.nullable(),
    conflicts: z.array(ConflictStatus),
    /** What is wrong with the cluster and what to do, each a sentence. */
    problems: z.array(Problem),
  })
  .meta({ id: 'ClusterStatus' });

/** See the schema of the same name. */
export type ClusterStatus = z.infer<typeof ClusterStatus>;
