import { Ec2Error, type Ec2Port } from '../../../node/reconciler/ports';
import type { Coverage } from '../coverage';
import type { Ec2World } from './ec2-world';
import { isOn, type Fault, type FaultKind } from './fault';
import type { Life } from './life';
import type { Random } from './random';
import type { Scheduler } from './scheduler';

/** What EC2 may be asked. */
export type Ec2Action = 'assign' | 'unassign' | 'describe' | 'find-holder';

const KINDS = new Set<FaultKind>([
  'ec2-throttled',
  'ec2-5xx',
  'ec2-5xx-after-success',
  'ec2-lost-answer',
  'ec2-late-effect',
  'ec2-stale-describe',
  'ec2-slow',
  'ec2-refused',
  'ec2-silent',
]);

/** EC2's replicas lag by less than the reconciler demands between two looks that are to agree (`agreeMs`). */
const STALE_MS = 1900;
/** A call whose answer never comes may take effect until the reconciler stops watching for it (`watchMs` after giving up). */
const LATE_MS = 14_000;

const throttled = () => new Ec2Error('throttled', 'retry-later', 'RequestLimitExceeded', 'Request limit exceeded.');
const internal = () => new Ec2Error('server', 'retry-later', 'InternalError', 'An internal error', 'unknown');
const refused = () => new Ec2Error('unreachable', 'retry-later', 'ECONNREFUSED', 'connect ECONNREFUSED', 'refused');
const broken = () => new Ec2Error('unreachable', 'retry-now', 'ECONNRESET', 'socket hang up', 'unknown');

/** Keeps account of what is asked of EC2. */
export interface CallLog {
  called(machine: 0 | 1, action: Ec2Action, addresses: readonly string[]): void;
  /** A mutating call is on its way, or may still take effect: `change` +1, and -1 when neither. */
  assigning(machine: 0 | 1, addresses: readonly string[], change: 1 | -1): void;
}

/** EC2 as one machine reaches it. */
export class Ec2Door {
  private readonly faults: readonly Fault[];

  constructor(
    private readonly machine: 0 | 1,
    private readonly ec2: Ec2World,
    private readonly scheduler: Scheduler,
    private readonly random: Random,
    private readonly coverage: Coverage,
    private readonly log: CallLog,
    faults: readonly Fault[],
  ) {
    this.faults = faults.filter((fault) => fault.machine === machine && KINDS.has(fault.kind));
  }

  /** Whether EC2 gave this machine its full attention throughout that time. */
  isClear(from: number, to: number): boolean {
    return !this.faults.some((fault) => fault.at < to && fault.at + fault.ms > from);
  }

  port(life: Life): Ec2Port {
    const { ec2 } = this;
    return {
      assign: ({ eniId, addresses, allowReassignment }) =>
        life.call((resolve, reject) => {
          this.log.assigning(this.machine, addresses, 1);
          const over = () => this.log.assigning(this.machine, addresses, -1);
          this.submit(
            'assign',
            addresses,
            () => ec2.assign(eniId, addresses, allowReassignment),
            resolve,
            reject,
            over,
          );
        }),
      unassign: ({ eniId, addresses }) =>
        life.call((resolve, reject) =>
          this.submit('unassign', addresses, () => ec2.unassign(eniId, addresses), resolve, reject),
        ),
      describeEni: (eniId) =>
        life.call((resolve, reject) => this.submit('describe', [], (at) => ec2.describe(eniId, at), resolve, reject)),
      findHolder: ({ address }) =>
        life.call((resolve, reject) =>
          this.submit('find-holder', [address], (at) => ec2.findHolder(address, at), resolve, reject),
        ),
    };
  }

  /** One call. It goes its way whatever becomes of the process that made it. `over`: it will not take effect any more. */
  private submit<T>(
    action: Ec2Action,
    addresses: readonly string[],
    effect: (at: number) => T,
    resolve: (value: T) => void,
    reject: (error: Error) => void,
    over: () => void = () => undefined,
  ): void {
    const { scheduler, random } = this;
    this.log.called(this.machine, action, addresses);
    const fault = this.strikes(action);
    const there = random.between(5, 40);
    const back = random.between(2, 20);
    const end = (run: () => void) => () => {
      over();
      run();
    };
    const answer = (ms: number, at = () => scheduler.now) => {
      scheduler.after(ms, () => {
        const outcome = attempt(() => effect(at()));
        scheduler.after(
          back,
          end(() => (outcome.ok ? resolve(outcome.value) : reject(outcome.error))),
        );
      });
    };
    switch (fault?.kind) {
      case undefined:
        answer(there);
        return;
      case 'ec2-slow':
        answer(there + random.between(0.2, 1) * fault.n);
        return;
      case 'ec2-stale-describe': {
        const lag = random.between(0, STALE_MS);
        answer(there, () => scheduler.now - lag);
        return;
      }
      case 'ec2-throttled':
        scheduler.after(
          there + back,
          end(() => reject(throttled())),
        );
        return;
      case 'ec2-5xx':
        scheduler.after(
          there + back,
          end(() => reject(internal())),
        );
        return;
      case 'ec2-refused':
        scheduler.after(
          1,
          end(() => reject(refused())),
        );
        return;
      case 'ec2-silent':
        over();
        return;
      case 'ec2-5xx-after-success':
        scheduler.after(there, () => {
          attempt(() => effect(scheduler.now));
          scheduler.after(
            back,
            end(() => reject(internal())),
          );
        });
        return;
      case 'ec2-lost-answer':
        scheduler.after(there, () => {
          attempt(() => effect(scheduler.now));
          if (fault.n % 2 === 0) over();
          else
            scheduler.after(
              back,
              end(() => reject(broken())),
            );
        });
        return;
      case 'ec2-late-effect':
        scheduler.after(
          random.between(100, LATE_MS),
          end(() => attempt(() => effect(scheduler.now))),
        );
        return;
      default:
        throw new Error(`${fault?.kind ?? ''} is no fault of EC2`);
    }
  }

  private strikes(action: Ec2Action): Fault | undefined {
    const isRead = action === 'describe' || action === 'find-holder';
    const fault = this.faults.find((one) => {
      if (!isOn(one, this.scheduler.now) || !this.random.chance(one.p)) return false;
      switch (one.kind) {
        case 'ec2-stale-describe':
          return isRead;
        case 'ec2-5xx-after-success':
        case 'ec2-lost-answer':
        case 'ec2-late-effect':
          return !isRead;
        default:
          return true;
      }
    });
    if (fault !== undefined) this.coverage.met(fault.kind);
    return fault;
  }
}

function attempt<T>(run: () => T): { ok: true; value: T } | { ok: false; error: Ec2Error } {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    if (error instanceof Ec2Error) return { ok: false, error };
    throw error;
  }
}
