import { Ec2Error, type Ec2Port } from '../reconciler/ports';

/** The phases of a takeover that are measured; see `Failover.phasesMs` of the API. */
export type TakeoverPhase = 'detected' | 'claimed' | 'bound' | 'verified';

/** What has happened since the start, as plain numbers: the metrics library is loaded only when somebody asks for them. */
export interface Tally {
  /** Takeovers by this node, by cause. */
  readonly failovers: ReadonlyMap<string, number>;
  /** By action and outcome, joined with a blank. */
  readonly ec2Calls: ReadonlyMap<string, number>;
  failover(cause: string): void;
  /** One measured phase of a takeover. */
  phase(phase: TakeoverPhase, ms: number): void;
  ec2Call(action: string, outcome: string): void;
  /** Phases measured since the last call of this. */
  drainPhases(): { phase: TakeoverPhase; ms: number }[];
}

/** Measurements kept for a scrape that may never come. */
const MAX_PHASES = 1000;

export function createTally(): Tally {
  const failovers = new Map<string, number>();
  const ec2Calls = new Map<string, number>();
  let phases: { phase: TakeoverPhase; ms: number }[] = [];
  const count = (map: Map<string, number>, key: string) => void map.set(key, (map.get(key) ?? 0) + 1);
  return {
    failovers,
    ec2Calls,
    failover: (cause) => count(failovers, cause),
    phase: (phase, ms) => {
      if (phases.length < MAX_PHASES) phases.push({ phase, ms });
    },
    ec2Call: (action, outcome) => count(ec2Calls, `${action} ${outcome}`),
    drainPhases() {
      const drained = phases;
      phases = [];
      return drained;
    },
  };
}

/** The same port; every call is counted by EC2's name of the action, and `ok` or the reason why not. */
export function countEc2Calls(ec2: Ec2Port, tally: Pick<Tally, 'ec2Call'>): Ec2Port {
  const counting = async <T>(action: string, call: Promise<T>): Promise<T> => {
    try {
      const answer = await call;
      tally.ec2Call(action, 'ok');
      return answer;
    } catch (error) {
      tally.ec2Call(action, error instanceof Ec2Error ? error.reason : 'unknown');
      throw error;
    }
  };
  return {
    assign: (request, signal) => counting('AssignPrivateIpAddresses', ec2.assign(request, signal)),
    unassign: (request, signal) => counting('UnassignPrivateIpAddresses', ec2.unassign(request, signal)),
    describeEni: (eniId, signal) => counting('DescribeNetworkInterfaces', ec2.describeEni(eniId, signal)),
    findHolder: (request, signal) => counting('DescribeNetworkInterfaces', ec2.findHolder(request, signal)),
  };
}
