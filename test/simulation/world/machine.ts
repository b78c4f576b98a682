import type { Message, Phase } from '../../../node/cluster/message';
import type { LinkPort } from '../../../node/cluster/ports';
import type { Ec2Port } from '../../../node/reconciler/ports';
import type { NicContext, ReconcilerEvent } from '../../../node/reconciler/types';
import type { Coverage } from '../coverage';
import type { Daemon, MakeDaemon } from '../sut';
import { Disk } from './disk';
import type { Ec2Door } from './ec2-door';
import type { Fault } from './fault';
import { HostPorts } from './host-ports';
import { Kernel } from './kernel';
import { Life } from './life';
import { MachineClock } from './machine-clock';
import type { Network } from './network';
import { Random } from './random';
import type { Scheduler } from './scheduler';

/** What the machines share. */
export interface Surroundings {
  scheduler: Scheduler;
  network: Network;
  coverage: Coverage;
  make: MakeDaemon;
  faults: readonly Fault[];
  seed: number;
  say: (machine: 0 | 1 | null, text: () => string) => void;
  /** A process started, froze, thawed or ended. */
  onProcess: (machine: Machine) => void;
  onBind: (machine: Machine, addresses: readonly string[]) => void;
  onPhase: (machine: Machine, from: Phase, to: Phase, why: string) => void;
  onSend: (machine: Machine, message: Message) => void;
  onReconciler: (machine: Machine, event: ReconcilerEvent) => void;
  onCrash: (machine: Machine, error: unknown) => void;
}

/** One instance: its kernel, disk, clock, and the daemon that runs on it, if it does. */
export class Machine {
  readonly kernel: Kernel;
  readonly disk = new Disk();
  readonly clock: MachineClock;
  life: Life | null = null;
  daemon: Daemon | null = null;
  /** When the process started, or went on after a freeze. */
  runningSince = 0;
  /** How long it was frozen before that. */
  frozenMs = 0;
  /** When the newest thing that it has learned since was so: a message was sent, or EC2 was asked. */
  knowsAsOf = 0;
  private frozenAt = 0;
  /** How often a daemon was started here. */
  boots = 0;
  isLinkUp = true;
  private readonly ports: HostPorts;
  private readonly random: Random;

  constructor(
    readonly index: 0 | 1,
    readonly uid: string,
    readonly peerUid: string,
    readonly nics: readonly NicContext[],
    readonly door: Ec2Door,
    rate: number,
    private readonly around: Surroundings,
  ) {
    const { scheduler, coverage, faults, seed } = around;
    this.random = new Random(seed, 10 + index);
    this.kernel = new Kernel(scheduler, new Random(seed, 20 + index));
    this.clock = new MachineClock(scheduler, rate);
    this.ports = new HostPorts(
      index,
      this.kernel,
      this.disk,
      scheduler,
      new Random(seed, 30 + index),
      coverage,
      faults,
    );
    this.ports.onBind = (bindings) => {
      around.onBind(
        this,
        bindings.map(({ address }) => address),
      );
    };
  }

  /** A process that can do something. */
  get isRunning(): boolean {
    return this.life?.isRunning === true;
  }

  start(): void {
    if (this.life !== null && !this.life.isDead) return;
    const { scheduler, network, make, say } = this.around;
    const life = new Life();
    this.life = life;
    this.boots += 1;
    this.runningSince = scheduler.now;
    this.frozenMs = 0;
    say(this.index, () => 'the daemon starts');
    const link: LinkPort = {
      send: (message) => {
        // What a frozen or dead process still says in the model, it does not say in the world.
        life.tell(() => {
          this.around.onSend(this, message);
          network.send(this.index, message);
        });
      },
      onMessage: (listener) =>
        network.listen(this.index, life, (message, sentAt) => {
          this.knowsAsOf = Math.max(this.knowsAsOf, sentAt);
          listener(message);
        }),
    };
    const daemon = make({
      uid: this.uid,
      peerUid: this.peerUid,
      boot: `${this.uid}-${this.boots}`,
      nics: this.nics,
      clock: this.clock.of(life, this.random),
      ec2: this.noticing(this.door.port(life)),
      os: this.ports.os(life),
      link,
      read: (name) => this.ports.read(life, name),
      write: (name, content) => this.ports.write(life, name, content),
      isLinkUp: () => this.isLinkUp,
      onPhase: (from, to, why) => {
        if (!life.isDead) this.around.onPhase(this, from, to, why);
      },
      say: (text) => say(this.index, text),
      onReconciler: (event) => {
        if (!life.isDead) this.around.onReconciler(this, event);
      },
    });
    this.daemon = daemon;
    this.around.onProcess(this);
    daemon.start().catch((error: unknown) => {
      if (!life.isDead) this.around.onCrash(this, error);
    });
  }

  /** kill -9: nothing of it goes on but what the world has taken over. */
  kill(): void {
    if (this.life === null || this.life.isDead) return;
    this.life.end();
    this.daemon = null;
    this.around.onProcess(this);
  }

  /** The power goes: the kernel forgets what is not in the machine's configuration. */
  cutPower(): void {
    this.kill();
    this.kernel.reboot();
    this.clock.reboot();
  }

  freeze(): void {
    if (!this.isRunning) return;
    this.life?.freeze();
    this.frozenAt = this.around.scheduler.now;
    this.around.onProcess(this);
  }

  thaw(): void {
    const { life, around } = this;
    if (life?.isFrozen !== true) return;
    const waiting = life.thaw();
    this.runningSince = around.scheduler.now;
    this.frozenMs = this.runningSince - this.frozenAt;
    this.around.onProcess(this);
    // Each in a turn of its own, as the event loop takes them.
    for (const run of waiting) {
      around.scheduler.after(0, () => {
        life.resume(run);
      });
    }
  }

  private noticing(ec2: Ec2Port): Ec2Port {
    const learn = async <T>(call: Promise<T>): Promise<T> => {
      const askedAt = this.around.scheduler.now;
      const answer = await call;
      this.knowsAsOf = Math.max(this.knowsAsOf, askedAt);
      return answer;
    };
    return {
      assign: (request, signal) => learn(ec2.assign(request, signal)),
      unassign: (request, signal) => learn(ec2.unassign(request, signal)),
      describeEni: (eniId, signal) => learn(ec2.describeEni(eniId, signal)),
      findHolder: (request, signal) => learn(ec2.findHolder(request, signal)),
    };
  }

  /** Something outside the daemon does something to it, as another process or an operator would. */
  enter(run: (daemon: Daemon) => void): boolean {
    const { life, daemon } = this;
    if (life?.isRunning !== true || daemon === null) return false;
    life.enter(() => run(daemon));
    return true;
  }
}
