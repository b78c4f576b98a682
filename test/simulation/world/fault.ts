/** Everything that can go wrong, or that somebody may do, by name; what each means stands where it is brought about. */
export const FAULT_KINDS = [
  // processes and machines (inject.ts)
  'crash',
  'crash-at-await',
  'reboot',
  'freeze',
  'freeze-at-await',
  'stop',
  'clock-jump',
  'clock-drift',
  // the way between the members (network.ts)
  'partition',
  'partition-one-way',
  'partition-flapping',
  'loss',
  'duplication',
  'reordering',
  'delay',
  'reset',
  // EC2 as one member meets it (ec2-door.ts)
  'ec2-throttled',
  'ec2-5xx',
  'ec2-5xx-after-success',
  'ec2-lost-answer',
  'ec2-late-effect',
  'ec2-stale-describe',
  'ec2-slow',
  'ec2-refused',
  'ec2-silent',
  // The metadata service is no port of the cluster or the reconciler: what they notice of a stale one is that the
  // daemon wakes the reconciler for nothing.
  'imds-stale',
  // the machine's own services (host-ports.ts)
  'disk-full',
  'disk-slow',
  'os-fails',
  'os-slow',
  // operators (inject.ts)
  'address-changed',
  'address-removed',
  'address-added',
  'nic-removed',
  'timeout-changed',
  'mode-changed',
  'handover-changed',
  'active-changed',
  'written-while-down',
  'disabled',
  'link-down',
  // strangers (inject.ts)
  'unassigned-by-hand',
  'unbound-by-hand',
] as const;
/** See {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One fault of a scenario. What the numbers mean depends on the kind. */
export interface Fault {
  readonly kind: FaultKind;
  /** When it begins, in virtual milliseconds. */
  readonly at: number;
  /** How long it lasts; for what ends a process: until the next one starts. Infinity: for good. */
  readonly ms: number;
  /** The machine it strikes, or whose messages it strikes. */
  readonly machine: 0 | 1;
  /** How likely it strikes each time, or any other fraction. */
  readonly p: number;
  /** A count or a choice. */
  readonly n: number;
}

export const isOn = (fault: Fault, now: number): boolean => now >= fault.at && now < fault.at + fault.ms;
