import type { SessionFate } from './sessions';
import type { SessionName } from './clients/event';
import type { GatewayName } from './network/plan';
import type { Stage } from './stage';

/** Seconds; the floor of the product. */
export const CLUSTER_TIMEOUT_S = 3;
export const TIMEOUT_MS = CLUSTER_TIMEOUT_S * 1000;

/** What the target of a takeover without its holder allows over the timeout and EC2's own latency. */
export const SLACK_MS = 50;

/** Something done to a cluster of two, of which `a` is active when it begins, and what has to come of it. */
export interface Scenario {
  name: string;
  /** One line for a person. */
  title: string;
  cluster?: { mode?: 'autoFailback' | 'manualFailback'; handover?: 'release' | 'move' };
  /** How long EC2 takes to answer a call; 0 unless told. */
  ec2LatencyMs?: number;
  /** Source/dest check of both data ENIs; off unless told. */
  sourceDestCheck?: boolean;
  /** A second address that clients try to connect to. */
  alsoConnectTo?: string;
  /** Part of the short run. */
  short?: boolean;
  /** The longest gap it may make; null: it is reported, and nothing was promised. */
  gapTargetMs: number | null;
  /** The most EC2 calls between decision and traffic; null: none counted. */
  callsTarget: number | null;
  /** The fates that clients may meet; not named: any. */
  fates?: Partial<Record<SessionName, readonly SessionFate['outcome'][]>>;
  act(stage: Stage): Promise<Expected>;
}

/** What has to be in the end. */
export interface Expected {
  /** When the trouble began. */
  fault: number;
  /** Who holds the address; only daemons that run are asked for their role. */
  holder: GatewayName;
  /** The cluster IP in the end; the first one unless told. */
  address?: string;
  /** What the scenario itself found wrong, each a sentence. */
  wrong: string[];
  /** What else it measured, for a person. */
  notes?: string[];
}

/** What came of a scenario. Names of the first four as `--json` prints them. */
export interface Result {
  name: string;
  ok: boolean;
  /** The longest time without a successful connection that carried data; null where the scenario could not be set up. */
  connect_gap_ms: number | null;
  /** EC2 calls of the gateways between decision and traffic; null: nothing moved, or none counted. */
  ec2_calls: number | null;
  established: Partial<Record<SessionName, SessionFate>>;
  /** Attempts to connect, and how many of them failed. */
  connects: { of: number; failed: number } | null;
  /** The longest time without a successful connection to the host behind the gateways. */
  routed_gap_ms: number | null;
  targets: { connect_gap_ms: number | null; ec2_calls: number | null };
  /** What is wrong, each a sentence. */
  wrong: string[];
  notes: string[];
}
