/** Who made a call. */
export type Principal =
  | { kind: 'administrator'; accessKeyId: string }
  /** Credentials that the metadata of this instance handed out. */
  | { kind: 'instance'; instanceId: string; accessKeyId: string };

/** What became of a call: HTTP status and, when refused, AWS's code and message. */
export interface CallOutcome {
  status: number;
  code?: string;
  message?: string;
  /** The fault that hit the call, if any. */
  fault?: string;
}

/** One EC2 or STS call. */
export interface CallRecord {
  /** RFC 3339. */
  at: string;
  /** When the call came in and when its outcome was known, on the emulator's steady clock (`performance.now()` of its process). */
  began: number;
  ended: number;
  /** E.g. `AssignPrivateIpAddresses`. */
  action: string;
  principal: Principal;
  /** The form fields as sent, without `Action` and `Version`. */
  params: Readonly<Record<string, string>>;
  /** The ARNs the call was authorized on (`*` for actions without resource-level permission). */
  resources: readonly string[];
  outcome: CallOutcome;
}
