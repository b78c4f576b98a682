import { OsError, type Binding, type OsPort } from '../../../node/reconciler/ports';
import type { Coverage } from '../coverage';
import type { Disk } from './disk';
import { isOn, type Fault, type FaultKind } from './fault';
import type { Kernel } from './kernel';
import type { Life } from './life';
import type { Random } from './random';
import type { Scheduler } from './scheduler';

const KINDS = new Set<FaultKind>(['disk-full', 'disk-slow', 'os-fails', 'os-slow']);

/** What one machine gives its processes: addresses and files. */
export class HostPorts {
  /** The daemon decides to bind these, or to renew them. */
  onBind: (bindings: readonly Binding[]) => void = () => undefined;
  private readonly faults: readonly Fault[];

  constructor(
    machine: 0 | 1,
    private readonly kernel: Kernel,
    private readonly disk: Disk,
    private readonly scheduler: Scheduler,
    private readonly random: Random,
    private readonly coverage: Coverage,
    faults: readonly Fault[],
  ) {
    this.faults = faults.filter((fault) => fault.machine === machine && KINDS.has(fault.kind));
  }

  os(life: Life): OsPort {
    const { kernel } = this;
    return {
      dryRun: false,
      list: () => this.change(life, () => kernel.list()),
      bind: (bindings) => {
        // What a process was frozen in the middle of happens when it goes on, whatever it would decide then.
        let isAsking = true;
        const decidedBefore = () => !isAsking;
        const done = this.change(
          life,
          () => {
            for (const binding of bindings) kernel.bind(binding);
          },
          () => {
            if (!decidedBefore()) this.onBind(bindings);
          },
        );
        isAsking = false;
        return done;
      },
      // Sessions are not modelled; what it takes to reset them is.
      disconnect: () => this.change(life, () => undefined),
      unbind: (addresses) =>
        this.change(life, () => {
          for (const { address, device } of addresses) kernel.unbind(address, device);
        }),
      watch: (listener) =>
        kernel.watch(() => {
          this.scheduler.after(1, () => life.enter(listener));
        }),
    };
  }

  /** The content of a file, once it is read. */
  read(life: Life, name: string): Promise<string | null> {
    return life.call((resolve) => {
      this.scheduler.after(1, () => resolve(this.disk.read(name)));
    });
  }

  /** Resolves when the content would survive a power cut; if the process dies before, it may be there or not. */
  write(life: Life, name: string, content: string): Promise<void> {
    return life.call((resolve, reject) => {
      const fault = this.strikes('disk-full') ?? this.strikes('disk-slow');
      if (fault?.kind === 'disk-full') {
        this.scheduler.after(1, () => reject(new Error('ENOSPC: no space left on device')));
        return;
      }
      const ms = fault === undefined ? this.random.between(0.5, 3) : this.random.between(0, fault.n);
      const landsAt = this.random.fraction() * ms;
      this.scheduler.after(landsAt, () => {
        if (life.isDead) return;
        this.disk.write(name, content);
        this.scheduler.after(ms - landsAt, resolve);
      });
    });
  }

  private change<T>(life: Life, effect: () => T, onBegin: () => void = () => undefined): Promise<T> {
    return life.call((resolve, reject) => {
      onBegin();
      const slow = this.strikes('os-slow');
      const ms = slow === undefined ? this.random.between(0.3, 2) : this.random.between(0, slow.n);
      // A helper process carries it out, whatever becomes of the one that asked.
      this.scheduler.after(ms, () => {
        if (this.strikes('os-fails') === undefined) resolve(effect());
        else reject(new OsError('failed', 'retry-later', 'RTNETLINK answers: Device or resource busy'));
      });
    });
  }

  private strikes(kind: FaultKind): Fault | undefined {
    const { now } = this.scheduler;
    const fault = this.faults.find((one) => one.kind === kind && isOn(one, now) && this.random.chance(one.p));
    if (fault !== undefined) this.coverage.met(fault.kind);
    return fault;
  }
}
