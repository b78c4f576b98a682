import type { Message } from '../../../node/cluster/message';
import type { Coverage } from '../coverage';
import { isOn, type Fault, type FaultKind } from './fault';
import type { Life } from './life';
import type { Random } from './random';
import type { Scheduler } from './scheduler';

/** Where messages for one machine go. */
interface Ear {
  life: Life;
  listener: (message: Message, sentAt: number) => void;
}

const KINDS = new Set<FaultKind>([
  'partition',
  'partition-one-way',
  'partition-flapping',
  'loss',
  'duplication',
  'reordering',
  'delay',
  'reset',
]);

/** The connection between the two members: in order and quick, unless a fault says otherwise. */
export class Network {
  private readonly faults: readonly Fault[];
  private readonly ears: [Ear | null, Ear | null] = [null, null];
  /** When the last message of each direction arrives: none overtakes it while the connection lasts. */
  private readonly lastArrival: [number, number] = [0, 0];

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
    private readonly coverage: Coverage,
    faults: readonly Fault[],
  ) {
    this.faults = faults.filter((fault) => KINDS.has(fault.kind));
  }

  listen(machine: 0 | 1, life: Life, listener: (message: Message, sentAt: number) => void): () => void {
    const ear = { life, listener };
    this.ears[machine] = ear;
    return () => {
      if (this.ears[machine] === ear) this.ears[machine] = null;
    };
  }

  /** Whether something `from` that machine would arrive now. */
  passes(from: 0 | 1): boolean {
    return !this.faults.some((fault) => this.blocks(fault, from));
  }

  send(from: 0 | 1, message: Message): void {
    const { scheduler, random } = this;
    let ms = random.between(0.3, 2);
    let copies = 1;
    let inOrder = true;
    for (const fault of this.faults) {
      if (!isOn(fault, scheduler.now)) continue;
      if (this.blocks(fault, from)) {
        this.coverage.met(fault.kind);
        return;
      }
      if (fault.machine !== from || !random.chance(fault.p)) continue;
      switch (fault.kind) {
        case 'loss':
          this.coverage.met('loss');
          return;
        case 'duplication':
          this.coverage.met('duplication');
          copies = 2;
          inOrder = false;
          break;
        case 'reordering':
          this.coverage.met('reordering');
          ms += random.between(0, fault.n);
          inOrder = false;
          break;
        case 'delay':
          this.coverage.met('delay');
          ms += fault.n;
          break;
        default:
          break;
      }
    }
    for (let i = 0; i < copies; i += 1) {
      let at = scheduler.now + ms + (i === 0 ? 0 : random.between(0, 1500));
      if (inOrder) at = this.lastArrival[from] = Math.max(at, this.lastArrival[from]);
      this.deliver(from, message, at);
    }
  }

  private deliver(from: 0 | 1, message: Message, at: number): void {
    const sentAt = this.scheduler.now;
    this.scheduler.at(at, () => {
      const reset = this.faults.find((f) => f.kind === 'reset' && sentAt < f.at && f.at <= this.scheduler.now);
      if (reset !== undefined) {
        this.coverage.met('reset');
        return;
      }
      // What was on its way when the line was cut does not arrive either.
      if (!this.passes(from)) return;
      const ear = this.ears[from === 0 ? 1 : 0];
      ear?.life.enter(() => ear.listener(message, sentAt));
    });
  }

  private blocks(fault: Fault, from: 0 | 1): boolean {
    const { now } = this.scheduler;
    if (!isOn(fault, now)) return false;
    switch (fault.kind) {
      case 'partition':
      case 'reset': // until the members are connected again
        return true;
      case 'partition-one-way':
        return fault.machine === from;
      case 'partition-flapping':
        return Math.floor((now - fault.at) / fault.n) % 2 === 0;
      default:
        return false;
    }
  }
}
