import type { PolicyDocument } from '../iam/policy';
import type { CallRecord } from './call-record';
import type { Fault } from './fault';
import type { PolicyUse } from '../iam/policy-use';
import type { VpcState } from '../rules/state';

/** How to start a VPC emulator. */
export interface VpcOptions {
  /** TCP port of the EC2 endpoint; 0 (default) lets the system choose. */
  port?: number;
  /** Address to listen on; default 127.0.0.1. */
  host?: string;
  /** URL of a LocalStack or moto server; without it the emulator keeps the state itself (the fake EC2 endpoint). */
  upstream?: string;
  /** AWS region; default us-east-1. */
  region?: string;
  /** AWS account; of the fake, default 123456789012; with an upstream it is the upstream's. */
  account?: string;
  /** Start value of the ids that the fake hands out; default random. */
  seed?: number;
}

/** How slowly the emulated AWS lets changes be seen, and how it limits calls. All off by default. */
export interface Timing {
  /** Milliseconds until a Describe shows a change. */
  describeLagMs: number;
  /** Milliseconds until the metadata of an instance shows a change. */
  imdsLagMs: number;
  /** Lifetime in seconds of credentials handed out from now on; default 21,600 (6 h). */
  credentialsTtlSeconds: number;
  /** AWS's token buckets (per action: 100 calls at once, then 5 a second, and so on). */
  throttling: boolean;
  /** A move must be allowed on the ENI that loses the address too (whether AWS asks for that is unknown). */
  authorizeSource: boolean;
}

/** A running VPC emulator. */
export interface RunningVpc {
  /** The EC2 (and STS) endpoint, e.g. `http://127.0.0.1:4566`; the control API is below `/_vpc/`. */
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  /** What serves the calls. */
  readonly kind: 'fake' | 'proxy';
  /** Opens the IMDSv2 listener of an instance, or finds the open one. Rejects when the instance does not exist. */
  imds(instanceId: string): Promise<{ endpoint: string }>;
  /**
   * Sets the policy of the instance's role; null puts back the default (the two Describes on everything, Assign and
   * Unassign on the ENIs attached to the instance). Throws a sentence when the document is not one that can be enforced.
   */
  setPolicy(instanceId: string, policy: PolicyDocument | null): void;
  /** The policy in force for the instance's role. */
  policy(instanceId: string): Promise<PolicyDocument>;
  /** What the recorded calls say of that policy: refused calls (it does not suffice) and unused actions (it is not minimal). */
  policyUse(instanceId: string): Promise<PolicyUse>;
  /** Adds a fault. Throws a sentence when it is not well-formed. */
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** Every EC2 and STS call since the start or the last {@link clearCalls}, oldest first. */
  calls(): readonly CallRecord[];
  clearCalls(): void;
  /** Calls `listener` with each call once its outcome is known, before it is answered; returns the way to stop. */
  onCall(listener: (call: CallRecord) => void): () => void;
  /**
   * Calls `listener` with the state of the fake now, and with each new one before the call that made it is answered;
   * returns the way to stop. Throws for a proxy: its upstream keeps the state.
   */
  onState(listener: (state: VpcState) => void): () => void;
  timing(): Timing;
  setTiming(change: Partial<Timing>): void;
  /**
   * Forgets calls, faults, timing, policies, credentials and IMDS listeners, and, in the fake, every resource. Resources
   * of an upstream stay: give each test a VPC of its own.
   */
  reset(): Promise<void>;
  /** Stops listening, cuts every connection. */
  close(): Promise<void>;
}
