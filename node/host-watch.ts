import type { Problem } from '@tg/api';
import { checkHost, type HostFinding } from './os/host-checks';
import type { HostOs } from './os/choose';
import type { Clock, Ec2Port } from './reconciler/ports';
import type { NicContext } from './reconciler/types';

/** The host's settings change seldom, and reading them takes a process. */
const REVIEW_MS = 60_000;

/** Knows what keeps traffic from flowing through this host, and tells the log when that changes. */
export interface HostWatch {
  /** The same port; what EC2 says of source/destination checks is taken note of. */
  listenTo(ec2: Ec2Port): Ec2Port;
  problems(): readonly Problem[];
  /** Looks now. Never rejects. */
  review(): Promise<void>;
  /** Looks now, and every minute until `signal` aborts. */
  keepReviewing(signal: AbortSignal): Promise<void>;
}

/** What {@link createHostWatch} is made of. */
export interface HostWatchOptions {
  os: Pick<HostOs, 'hostFacts'>;
  clock: Clock;
  log: (level: 'info' | 'warn', message: string, data?: object) => void;
  nics: () => readonly NicContext[];
  /** The cluster IPs wanted. */
  addresses: () => readonly { nic: string; address: string }[];
  /** False: LAN hosts do not use this node as their next hop. */
  routes: boolean;
}

/** Makes a watch that knows of nothing before its first review. */
export function createHostWatch({ os, clock, log, nics, addresses, routes }: HostWatchOptions): HostWatch {
  const checks = new Map<string, boolean>();
  let known: Problem[] = [];

  const asProblem = ({ code, nic, message }: HostFinding): Problem => {
    const problem = {
      code: `host-${code}`,
      kind: 'ask-a-person' as const,
      ...(nic === undefined ? {} : { nic }),
      message,
    };
    return { ...problem, since: known.find((one) => one.message === message)?.since ?? clock.wall() };
  };
  const look = async () => {
    const contexts = nics();
    const wanted = addresses();
    const { settings, missing, bound } = await os.hostFacts(contexts.map(({ device }) => device));
    const findings = checkHost({
      routes,
      settings,
      missing,
      bound,
      nics: contexts.map(({ nic, device, eniId, policy }) => ({
        nic,
        device,
        eniId,
        needsRule: policy !== null,
        sourceDestCheck: checks.get(eniId) ?? null,
        addresses: wanted.filter((one) => one.nic === nic).map(({ address }) => address),
      })),
    });
    for (const { code, severity, message } of findings) {
      if (known.some((one) => one.message === message)) continue;
      log(severity === 'note' ? 'info' : 'warn', message, { code });
    }
    known = findings.map(asProblem);
  };
  // What cannot be read now is no news.
  const review = () => look().catch(() => undefined);

  return {
    listenTo: (ec2) => ({
      assign: (request, signal) => ec2.assign(request, signal),
      unassign: (request, signal) => ec2.unassign(request, signal),
      findHolder: (request, signal) => ec2.findHolder(request, signal),
      async describeEni(eniId, signal) {
        const view = await ec2.describeEni(eniId, signal);
        const before = checks.get(eniId);
        checks.set(eniId, view.sourceDestCheck);
        if (before !== view.sourceDestCheck) void review();
        return view;
      },
    }),
    problems: () => known,
    review,
    async keepReviewing(signal) {
      while (!signal.aborted) {
        await review();
        await clock.sleep(REVIEW_MS, signal);
      }
    },
  };
}
