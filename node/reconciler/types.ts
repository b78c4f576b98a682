import type { InterfaceStatus, Problem } from '@tg/api';
import type { Clock, Ec2Port, LedgerPort, OsPort } from './ports';

/** A NIC of this node and the ENI behind it. */
export interface NicContext {
  /** The name in the config, e.g. `eth1`. */
  nic: string;
  /** The name in the operating system; the same unless the daemon maps it. */
  device: string;
  eniId: string;
  subnetId: string;
  /** e.g. `10.0.1.0/24`. */
  subnetCidr: string;
  /** The ENI's primary private IPv4 address. */
  primary: string;
  /** See {@link Binding.policy}. */
  policy: { table: number; gateway: string } | null;
}

/** One cluster IP and the NIC that carries it. */
export interface DesiredAddress {
  address: string;
  nic: string;
  /**
   * True when EC2 has confirmed the address for a member of our cluster, so that a takeover may reassign it without
   * asking. What this node confirmed itself it knows from its ledger.
   */
  confirmed?: boolean;
  /**
   * True when the owner of the config knows that this very address was applied on this NIC of this node before (its
   * change is not pending). It is then ours without a look, and no error ever refuses or releases it, even when the
   * ledger was lost or is behind.
   */
  inForce?: boolean;
}

/** What the config wants, whole: an address that is not listed is not wanted. */
export interface Desired {
  /** The config version; outcomes are reported by it. It never goes down. */
  version: number;
  addresses: readonly DesiredAddress[];
}

/** Whether this node holds the cluster's addresses, or stands ready to. */
export type Role = 'active' | 'standby';

/** Durations; all in milliseconds but `lifetimeSeconds`. See `DEFAULT_TIMING`. */
export interface Timing {
  /** How long the kernel keeps a bound address that nobody refreshes. Whole seconds, at least 1. */
  lifetimeSeconds: number;
  /** How often the lifetime is refreshed and the NIC looked at. */
  refreshMs: number;
  /** How often an ENI is looked at when nothing happens; multiplied by the number of ENIs. */
  lookMs: number;
  /** The least distance between two observations that count as agreeing. */
  agreeMs: number;
  /** How long a mutation that was given up may still take effect at EC2, and is watched for. */
  watchMs: number;
  /** When an EC2 call is given up. */
  ec2TimeoutMs: number;
  /** When a change of the operating system's addresses is given up. */
  osTimeoutMs: number;
  /** Back-off of errors that pass: full jitter between 0 and base × 2ⁿ, at most the maximum. */
  backoffBaseMs: number;
  backoffMaxMs: number;
  /** How often something that a person must mend is tried again unasked. */
  askAPersonMs: number;
  /** How long sessions are given to be reset before an address is unbound all the same. */
  disconnectMs: number;
  /** When a save of the ledger that has not answered is reported. There is no second one before it answers. */
  ledgerTimeoutMs: number;
  /** How long `stop('release')` tries. */
  stopMs: number;
}

/** What the reconciler tells its owner. `applied` and `refused` come at most once per version and NIC. */
export type ReconcilerEvent =
  /** The NIC is as `version` wants it, at ENI and operating system, and nothing else of ours is left on it. */
  | { type: 'applied'; version: number; nic: string; address: string | null }
  /** The address can never be had as things are, and was never in force: put the NIC's entry back. */
  | { type: 'refused'; version: number; nic: string; address: string; code: string; message: string }
  /** A value in force is no longer in place, or a release does not succeed; the reconciler keeps trying. */
  | { type: 'failing'; version: number; nic: string; address: string | null; problem: Problem }
  | {
      type: 'log';
      level: 'debug' | 'info' | 'warn' | 'error';
      message: string;
      data: Readonly<Record<string, unknown>>;
    };

/** The reconciler's view of everything, for status pages and `GET /node/{uid}/status`. */
export interface ReconcilerStatus {
  /**
   * `undecided` until a role is given: nothing is acquired, nothing wanted is released. `suspended`: nothing is changed
   * or renewed until it is known who holds the addresses.
   */
  role: Role | 'undecided' | 'suspended';
  /** The version last given by `setDesired`; null before. */
  version: number | null;
  /** One per known or wanted NIC (without `mac`, which the reconciler does not know). */
  interfaces: InterfaceStatus[];
  /** Problems that are no single NIC's: the ledger, the listing of addresses. */
  problems: Problem[];
}

/** What a {@link Reconciler} is made of. */
export interface ReconcilerOptions {
  ec2: Ec2Port;
  os: OsPort;
  ledger: LedgerPort;
  clock: Clock;
  nics: readonly NicContext[];
  /**
   * The ENIs of every cluster member, this node's included. An address that one of them holds may be reassigned; one
   * that any other ENI holds never is.
   */
  memberEnis: () => ReadonlySet<string>;
  timing?: Partial<Timing>;
  /** Called synchronously; must not throw. It may call the reconciler's setters. */
  onEvent: (event: ReconcilerEvent) => void;
}
