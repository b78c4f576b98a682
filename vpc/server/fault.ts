/** The faults that can be switched on. */
export const FAULT_KINDS = [
  'throttle', // 503 RequestLimitExceeded, nothing applied
  'server-error', // 500 InternalError, nothing applied
  'delay', // answers after `ms`, applied at once
  'timeout-after-success', // applied, but the answer never comes (the connection stays open, silent)
  'drop', // the connection is reset; `when` says whether before or after the call was applied
  'stale-read', // a Describe answers with the state of `ms` ago; 0: with the state before the last change
  'expired-credentials', // 400 RequestExpired
  'unauthorized', // 403 UnauthorizedOperation
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What shall go wrong, and how often. */
export interface Fault {
  /** An EC2 or STS action, e.g. `AssignPrivateIpAddresses`; `IMDS` for the metadata listeners; `*` for every EC2 action. */
  action: string;
  kind: FaultKind;
  /** How many calls it hits; default 1. `'always'`: until the faults are cleared. */
  times?: number | 'always';
  /** Milliseconds, for `delay` and `stale-read`; default 0. */
  ms?: number;
  /** For `drop`: before (default) or after the call was applied. */
  when?: 'before' | 'after';
  /** Only calls made with the credentials of this instance; default: everybody's. */
  instanceId?: string;
}
