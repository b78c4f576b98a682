/**
 * What the reconciler needs of the world. The daemon supplies AWS, Linux and a file; the simulation supplies models;
 * tests supply fakes. Nothing in this folder reaches the world in any other way.
 */

/** An ENI as EC2 describes it. */
export interface EniView {
  eniId: string;
  subnetId: string;
  primary: string;
  /** Secondary private IPv4 addresses, in EC2's order. */
  secondary: readonly string[];
  sourceDestCheck: boolean;
}

/** Who holds an address, as EC2 describes it. */
export interface Holder {
  eniId: string;
  /** True when the address is that ENI's primary one, which can never move. */
  primary: boolean;
  instanceId?: string;
  description?: string;
}

/** The secondary-address part of EC2. Every method rejects with an {@link Ec2Error}, never with anything else. */
export interface Ec2Port {
  /** One `AssignPrivateIpAddresses` for all addresses; atomic: all or none. */
  assign(
    request: { eniId: string; addresses: readonly string[]; allowReassignment: boolean },
    signal?: AbortSignal,
  ): Promise<void>;
  /** One `UnassignPrivateIpAddresses`. Rejects with reason `not-assigned` when EC2 says they are not on this ENI. */
  unassign(request: { eniId: string; addresses: readonly string[] }, signal?: AbortSignal): Promise<void>;
  describeEni(eniId: string, signal?: AbortSignal): Promise<EniView>;
  /** The ENI that has `address` as primary or secondary in that subnet; null when none is seen. */
  findHolder(request: { address: string; subnetId: string }, signal?: AbortSignal): Promise<Holder | null>;
}

/** Who acts on an error: we at once, we later with back-off and jitter, or a person. */
export type ErrorKind = 'retry-now' | 'retry-later' | 'ask-a-person';

/** What EC2 meant, from its code and message together (most of its refusals share one code). */
export type Ec2Reason =
  | 'held-by-other' // assigned, but move is not allowed
  | 'primary-of-other' // another ENI's primary address
  | 'own-primary' // asked to unassign the ENI's own primary
  | 'outside-subnet'
  | 'reserved' // AWS keeps the first four and the last address of a subnet
  | 'malformed'
  | 'eni-full'
  | 'eni-missing'
  | 'not-assigned'
  | 'unauthorized'
  | 'credentials' // expired, missing or wrong
  | 'throttled'
  | 'server' // 5xx
  | 'timeout' // given up by us; the call may have succeeded
  | 'unreachable' // no connection: the call never arrived, or its answer never came
  | 'unknown';

/** A failed EC2 call. `outcome` is `unknown` when the mutation may have happened all the same. */
export class Ec2Error extends Error {
  override readonly name = 'Ec2Error';
  constructor(
    readonly reason: Ec2Reason,
    readonly kind: ErrorKind,
    /** EC2's own code, or the name of the network error. */
    readonly code: string,
    message: string,
    readonly outcome: 'refused' | 'unknown' = 'refused',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An IPv4 address that the operating system has bound. */
export interface BoundAddress {
  address: string;
  /** 32 for ours. */
  prefixLength: number;
  /** The NIC. */
  device: string;
  /** The kernel's label, e.g. `eth1:cip`; equals the device when nobody set one. */
  label: string;
  /** Seconds left before the kernel removes it; null: for ever. */
  validSeconds: number | null;
}

/** What is needed to bind one cluster IP. */
export interface Binding {
  address: string;
  device: string;
  /** Whole seconds, at least 1: the kernel removes the address when nobody refreshes it for that long. */
  lifetimeSeconds: number;
  /**
   * On a NIC that is not the default route's: replies from the address must leave by its own NIC, through this table.
   * Null on the NIC of the default route.
   */
  policy: { table: number; gateway: string } | null;
}

/** The operating system's side. Rejects with an {@link OsError}. */
export interface OsPort {
  /** True when nothing is really bound (`os.mode: dry-run`). */
  readonly dryRun: boolean;
  /** Every IPv4 address of every NIC. */
  list(): Promise<BoundAddress[]>;
  /** Binds, or renews the lifetime of what is bound: `/32`, label `NIC:cip`, policy rule. Idempotent. */
  bind(bindings: readonly Binding[]): Promise<void>;
  /**
   * To be called while these are still bound and about to be given up: resets their established TCP connections, so that
   * clients reconnect rather than hang. With `refuseNew`, whatever TCP still arrives for them is answered by a reset from
   * then on, also when the address is already unbound, until it is bound again or ten seconds have passed. Takes a bounded time (a few hundred milliseconds at most). What the host has no tool for is left out and is
   * no error. Rejects with an {@link OsError} when connections were left standing; that is no reason not to unbind.
   */
  disconnect(addresses: readonly { address: string; device: string }[], options: { refuseNew: boolean }): Promise<void>;
  /** Unbinds exactly these, rules included; one that is not there is no error. */
  unbind(addresses: readonly { address: string; device: string }[]): Promise<void>;
  /** Calls `listener` after address or link changes (coalesced); returns the way to stop. */
  watch(listener: () => void): () => void;
}

/** A failed change of the operating system's addresses, with what to do about it in `message`. */
export class OsError extends Error {
  override readonly name = 'OsError';
  constructor(
    readonly reason: 'no-permission' | 'no-device' | 'tool-missing' | 'failed',
    readonly kind: ErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * One address that is or may be ours. `intent`: we were about to acquire it (it may or may not be on the ENI);
 * `confirmed`: EC2 said yes at least once, so a takeover may reassign it without asking.
 */
export interface LedgerEntry {
  address: string;
  nic: string;
  eniId: string;
  state: 'intent' | 'confirmed';
}

/** The durable list of addresses we own. `save` resolves only when the list would survive a power cut. */
export interface LedgerPort {
  load(): Promise<LedgerEntry[]>;
  save(entries: readonly LedgerEntry[]): Promise<void>;
}

/** Time as the reconciler knows it. */
export interface Clock {
  /** Milliseconds on a clock that never steps and counts time asleep. */
  now(): number;
  /** Wall clock, RFC 3339, for people only. */
  wall(): string;
  /** Resolves after `ms`, or as soon as `signal` aborts (never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1) for jitter. */
  random(): number;
}
