import type { Message, Phase } from '../../../node/cluster/message';
import type { NicContext, ReconcilerEvent } from '../../../node/reconciler/types';
import { Coverage } from '../coverage';
import type { Scenario } from '../scenario';
import type { Sut } from '../sut';
import { Ec2Door, type Ec2Action } from './ec2-door';
import { Ec2World, SUBNET } from './ec2-world';
import { Machine } from './machine';
import { Network } from './network';
import { Random } from './random';
import { Scheduler } from './scheduler';

/** What watches a world, each method called at the moment of what it is named after. */
export interface Watcher {
  onKernel?(machine: Machine): void;
  onMove?(address: string, from: string | null, to: string | null): void;
  onProcess?(machine: Machine): void;
  /** The daemon decides to bind these, or to renew them. */
  onBind?(machine: Machine, addresses: readonly string[]): void;
  onPhase?(machine: Machine, from: Phase, to: Phase, why: string): void;
  onSend?(machine: Machine, message: Message): void;
  onCall?(machine: Machine, action: Ec2Action, addresses: readonly string[]): void;
  onReconciler?(machine: Machine, event: ReconcilerEvent): void;
  onNote?(machine: Machine | null, text: string, at: number): void;
}

/** Addresses that are not ours: on each member's ENI, on a stranger's, and those that the machines have bound anyway. */
export const FOREIGN = ['10.0.1.77', '10.0.1.78', '10.0.1.88'] as const;
export const STRANGER = 'eni-x';

/** Two machines, the way between them, EC2, and time. */
export class World {
  readonly scheduler = new Scheduler();
  readonly coverage = new Coverage();
  readonly ec2: Ec2World;
  readonly network: Network;
  readonly machines: readonly [Machine, Machine];
  readonly watchers: Watcher[] = [];
  /** What went wrong first; nothing after it counts. */
  violation: { invariant: string; text: string; at: number } | null = null;
  /** Until when something that a fault began goes on: a process is away, or frozen. */
  quietFrom = 0;
  /** Assigns per machine and address that may still take effect. */
  private readonly underWay = new Map<string, number>();

  constructor(
    readonly scenario: Scenario,
    readonly sut: Sut,
    /** Whether anybody reads what is said. */
    private readonly talks: boolean,
  ) {
    const { scheduler, coverage } = this;
    const { seed, faults } = scenario;
    this.ec2 = new Ec2World(() => scheduler.now);
    this.network = new Network(scheduler, new Random(seed, 2), coverage, faults);
    const door = (index: 0 | 1) =>
      new Ec2Door(index, this.ec2, scheduler, new Random(seed, 40 + index), coverage, this, faults);
    const around = {
      scheduler,
      coverage,
      network: this.network,
      make: sut.make,
      faults,
      seed,
      say: (machine: 0 | 1 | null, text: () => string) => this.say(machine, text),
      onProcess: (machine: Machine) => this.tell((watcher) => watcher.onProcess?.(machine)),
      onBind: (machine: Machine, addresses: readonly string[]) =>
        this.tell((watcher) => watcher.onBind?.(machine, addresses)),
      onPhase: (machine: Machine, from: Phase, to: Phase, why: string) => {
        coverage.changed(from, to, why);
        this.say(machine.index, () => `${from} → ${to}: ${why}`);
        this.tell((watcher) => watcher.onPhase?.(machine, from, to, why));
      },
      onSend: (machine: Machine, message: Message) => this.tell((watcher) => watcher.onSend?.(machine, message)),
      onReconciler: (machine: Machine, event: ReconcilerEvent) =>
        this.tell((watcher) => watcher.onReconciler?.(machine, event)),
      onCrash: (machine: Machine, error: unknown) =>
        this.fail('no exception', `the daemon of ${machine.uid} threw ${String(error)}`),
    };
    const machine = (index: 0 | 1) =>
      new Machine(
        index,
        UIDS[index],
        UIDS[index === 0 ? 1 : 0],
        nicsOf(index, scenario.nics),
        door(index),
        scenario.rates[index],
        around,
      );
    this.machines = [machine(0), machine(1)];
    for (const one of this.machines) {
      for (const nic of one.nics) {
        this.ec2.addEni({ eniId: nic.eniId, primary: nic.primary, machine: one.index, device: nic.device });
        one.kernel.addPermanent(nic.primary, nic.device, 24);
      }
      const foreign = FOREIGN[one.index];
      this.ec2.move(foreign, one.nics[0]!.eniId);
      one.kernel.addPermanent(foreign, one.nics[0]!.device, 32);
      one.kernel.onChange = () => this.tell((watcher) => watcher.onKernel?.(one));
    }
    this.ec2.addEni({ eniId: STRANGER, primary: '10.0.1.20', machine: null, device: 'eth0' });
    this.ec2.move(FOREIGN[2], STRANGER);
    this.ec2.onMove = (address, from, to) => {
      this.say(null, () => `EC2: ${address} goes from ${from ?? 'nowhere'} to ${to ?? 'nowhere'}`);
      this.tell((watcher) => watcher.onMove?.(address, from, to));
    };
  }

  get now(): number {
    return this.scheduler.now;
  }

  peerOf(machine: Machine): Machine {
    return this.machines[machine.index === 0 ? 1 : 0];
  }

  /** The NIC of a machine behind an ENI. */
  nicOf(machine: Machine, eniId: string | null): NicContext | undefined {
    return machine.nics.find((nic) => nic.eniId === eniId);
  }

  fail(invariant: string, text: string): void {
    this.violation ??= { invariant, text, at: this.now };
  }

  say(machine: 0 | 1 | null, text: () => string): void {
    if (!this.talks) return;
    const who = machine === null ? null : this.machines[machine];
    const line = text();
    for (const watcher of this.watchers) watcher.onNote?.(who, line, this.now);
  }

  called(index: 0 | 1, action: Ec2Action, addresses: readonly string[]): void {
    const machine = this.machines[index];
    if (action === 'assign' || action === 'unassign') {
      this.say(index, () => `asks EC2 to ${action} ${addresses.join(', ')}`);
    }
    this.tell((watcher) => watcher.onCall?.(machine, action, addresses));
  }

  assigning(index: 0 | 1, addresses: readonly string[], change: 1 | -1): void {
    for (const address of addresses) {
      const key = `${index}|${address}`;
      this.underWay.set(key, (this.underWay.get(key) ?? 0) + change);
    }
  }

  /** An Assign of that machine may still take effect. */
  isAcquiring(machine: Machine, address: string): boolean {
    return (this.underWay.get(`${machine.index}|${address}`) ?? 0) > 0;
  }

  /** Lets nothing go on: what the processes would still do does not happen any more. */
  end(): void {
    for (const machine of this.machines) machine.life?.end();
    this.watchers.length = 0;
  }

  private tell(what: (watcher: Watcher) => void): void {
    for (const watcher of this.watchers) what(watcher);
  }
}

export const UIDS = ['gw-a', 'gw-b'] as const;

function nicsOf(index: 0 | 1, count: 1 | 2): NicContext[] {
  const side = index === 0 ? 'a' : 'b';
  const eth1: NicContext = {
    nic: 'eth1',
    device: 'eth1',
    eniId: `eni-${side}1`,
    subnetId: SUBNET.id,
    subnetCidr: SUBNET.cidr,
    primary: `10.0.1.1${index}`,
    policy: null,
  };
  const eth2: NicContext = {
    ...eth1,
    nic: 'eth2',
    device: 'eth2',
    eniId: `eni-${side}2`,
    primary: `10.0.1.1${index + 2}`,
  };
  return count === 1 ? [eth1] : [eth1, eth2];
}
