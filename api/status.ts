import * as z from 'zod';
import { ClusterStatus } from './cluster-status';
import { Problem } from './problem';

/** A write that the node put back because AWS refused it for good; the entry of `nic` is again what it was before. */
export const Refusal = z
  .object({
    version: z.int(),
    nic: z.string(),
    address: z.string().optional(),
    at: z.string(),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'Refusal' });

/** See the schema of the same name. */
export type Refusal = z.infer<typeof Refusal>;

/** One NIC as the node sees it: what is wanted, what the ENI holds and what the operating system has bound. */
export const InterfaceStatus = z
  .object({
    nic: z.string(),
    mac: z.string().optional(),
    eniId: z.string().optional(),
    primaryAddress: z.string().optional(),
    subnetCidr: z.string().optional(),
    /** The wanted cluster IP; null when none is wanted. */
    clusterIP: z.string().nullable(),
    /** Whether the ENI holds the wanted address. `unknown`: EC2 could not be asked. */
    eni: z.enum(['assigned', 'absent', 'unknown', 'none-wanted']),
    /** Whether the address is bound on the NIC. `dry-run`: this daemon was told to bind nothing. */
    os: z.enum(['bound', 'absent', 'unknown', 'dry-run', 'none-wanted']),
    state: z.enum(['applied', 'pending', 'failing']),
    /** Every address of ours that is still to be released from this NIC. */
    releasing: z.array(z.string()),
    /** Every IPv4 address of the ENI, the primary first, as last seen; absent when never seen. */
    eniAddresses: z.array(z.string()).optional(),
    /** Every IPv4 address bound on the NIC, as last seen. */
    osAddresses: z.array(z.string()).optional(),
    problem: Problem.optional(),
  })
  .meta({ id: 'InterfaceStatus' });

/** See the schema of the same name. */
export type InterfaceStatus = z.infer<typeof InterfaceStatus>;

/** What became of one write as far as one NIC is concerned. */
export const Outcome = z.enum(['applied', 'pending', 'refused', 'superseded']);

/** See the schema of the same name. */
export type Outcome = z.infer<typeof Outcome>;

/**
 * `GET /node/{uid}/status`. With `?version=N&nic=NAME&wait=SECONDS` (ours) it answers as soon as the outcome of config
 * version N for that NIC is known, at the latest after `wait` seconds (at most 60), and sets `outcome` and `messages`.
 */
export const NodeStatus = z
  .object({
    uid: z.string(),
    fqdn: z.string(),
    daemon: z.object({ version: z.string(), pid: z.int(), startedAt: z.string() }),
    role: z.enum(['active', 'standby']),
    /** The version of the config in force; each accepted write adds one. */
    configVersion: z.int(),
    interfaces: z.array(InterfaceStatus),
    problems: z.array(Problem),
    refusals: z.array(Refusal),
    /** Absent on a node in no cluster. */
    cluster: ClusterStatus.optional(),
    /** Only when asked for a version. */
    outcome: Outcome.optional(),
    /** Sentences that explain an outcome other than `applied`: the refusal, or what the node is waiting for. */
    messages: z.array(z.string()).optional(),
  })
  .meta({ id: 'NodeStatus' });

/** See the schema of the same name. */
export type NodeStatus = z.infer<typeof NodeStatus>;

/** One finding of `POST /node/{uid}/config/network/check`: what would be wrong with a network config, without storing it. */
export const Finding = z
  .object({
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    /** Names the field, the value and the way out. */
    message: z.string(),
    nic: z.string().optional(),
    /** The field of the interface in API spelling, e.g. `clusterIP`. */
    field: z.string().optional(),
  })
  .meta({ id: 'Finding' });

/** See the schema of the same name. */
export type Finding = z.infer<typeof Finding>;

/** The body that `POST /node/{uid}/config/network/check` answers with. */
export const CheckResult = z.object({ findings: z.array(Finding) }).meta({ id: 'CheckResult' });

/** See the schema of the same name. */
export type CheckResult = z.infer<typeof CheckResult>;
