import type { Ec2Port, LedgerPort, OsPort } from '../ports';
import { Reconciler } from '../reconciler';
import type { Desired, NicContext, ReconcilerEvent, Timing } from '../types';
import { Model } from './model';
import { VirtualClock } from './virtual-clock';

export const eth1: NicContext = {
  nic: 'eth1',
  device: 'eth1',
  eniId: 'eni-a',
  subnetId: 'subnet-1',
  subnetCidr: '10.0.1.0/24',
  primary: '10.0.1.10',
  policy: null,
};

export const eth2: NicContext = { ...eth1, nic: 'eth2', device: 'eth2', eniId: 'eni-a2', primary: '10.0.1.12' };

/** One node in a model world: its own ENI `eni-a` on eth1, the peer's `eni-b`, a stranger's `eni-x`. */
export class Rig {
  readonly clock: VirtualClock;
  readonly model: Model;
  readonly events: ReconcilerEvent[] = [];
  members = new Set(['eni-a']);
  nics: NicContext[] = [eth1];
  node: Reconciler;
  private life = new Life();
  private readonly hung = new Map<string, Promise<void>>();

  constructor(private readonly options: { seed?: number; timing?: Partial<Timing>; dryRun?: boolean } = {}) {
    this.clock = new VirtualClock(options.seed);
    this.model = new Model(this.clock);
    this.model.addEni({ eniId: 'eni-a', primary: '10.0.1.10', secondary: ['10.0.1.77'] });
    this.model.addEni({ eniId: 'eni-b', primary: '10.0.1.11' });
    this.model.addEni({ eniId: 'eni-x', primary: '10.0.1.20', secondary: ['10.0.1.88'] });
    this.model.bindByHand({ address: '10.0.1.10', device: 'eth1', prefixLength: 24 });
    this.model.bindByHand({ address: '10.0.1.77', device: 'eth1' });
    this.node = this.make();
  }

  /** A new process on the same machine; whatever the old one had under way goes on without it. */
  make(onCall: (moment: 'before' | 'after', name: string) => void = () => undefined): Reconciler {
    const life = new Life();
    this.life = life;
    this.node = new Reconciler({
      ec2: mortal(this.model.ec2(), life, onCall, this.hung),
      os: mortal<OsPort>(this.model.os(this.options.dryRun), life, onCall, this.hung),
      ledger: mortal<LedgerPort>(
        this.model.disk(() => life.goesOn()),
        life,
        onCall,
        this.hung,
      ),
      clock: this.clock,
      nics: this.nics,
      memberEnis: () => this.members,
      ...(this.options.timing && { timing: this.options.timing }),
      onEvent: (event) => {
        if (life.goesOn()) this.events.push(event);
      },
    });
    return this.node;
  }

  /** kill -9: calls under way go on in the world, nothing else ever comes of this process. */
  kill(): void {
    this.life.end();
    void this.node.stop('keep');
  }

  /** From now on that call of a port goes nowhere, until the function that is returned is called. */
  hang(name: string): () => void {
    let goOn: () => void = () => undefined;
    this.hung.set(name, new Promise((resolve) => (goOn = resolve)));
    return () => {
      this.hung.delete(name);
      goOn();
    };
  }

  /** A started, active node that wants `address` (or nothing) on eth1. */
  async active(address: string | null, version = 1): Promise<void> {
    await this.node.start();
    this.node.setDesired(want(version, address));
    this.node.setRole('active');
    await this.clock.advance(1000);
  }

  /** An orderly end, with the time it takes. */
  async stop(how: 'release' | 'keep'): Promise<void> {
    const stopped = this.node.stop(how);
    await this.clock.advance(20_000);
    await stopped;
  }

  told(type: ReconcilerEvent['type']): ReconcilerEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  secondaries(eniId = 'eni-a'): string[] {
    return [...this.model.eni(eniId).secondary].sort();
  }
}

export const want = (version: number, address: string | null, nic = 'eth1'): Desired => ({
  version,
  addresses: address === null ? [] : [{ address, nic }],
});

class Life {
  private over = false;
  end(): void {
    this.over = true;
  }
  goesOn(): boolean {
    return !this.over;
  }
}

/** Wraps a port so that a dead process neither calls nor hears. `onCall` may kill in between. */
function mortal<T extends Ec2Port | OsPort | LedgerPort>(
  port: T,
  life: Life,
  onCall: (moment: 'before' | 'after', name: string) => void,
  hung: ReadonlyMap<string, Promise<void>>,
): T {
  const never = new Promise<never>(() => undefined);
  return new Proxy(port, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function' || name === 'watch') return value;
      return async (...args: unknown[]) => {
        if (life.goesOn()) onCall('before', String(name));
        if (!life.goesOn()) return never;
        try {
          const hang = hung.get(String(name));
          if (hang !== undefined) await hang;
          const result: unknown = await Reflect.apply(value, target, args);
          if (life.goesOn()) onCall('after', String(name));
          return life.goesOn() ? result : await never;
        } catch (error) {
          if (!life.goesOn()) return never;
          throw error;
        }
      };
    },
  });
}
