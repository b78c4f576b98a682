import { VirtualClock } from '../../reconciler/testing/virtual-clock';
import type { MemberEvent } from '../events';
import { ClusterMember } from '../member';
import type { Message, VersionVector } from '../message';
import type { ClusterView, MemberRecord } from '../ports';
import { FakeEc2, FakeHolder } from './fake-holder';

/** A member with everything around it that a test may change. */
export interface Node {
  uid: string;
  member: ClusterMember;
  holder: FakeHolder;
  events: MemberEvent[];
  disk: { record: MemberRecord | null; full: boolean };
  fitness: { enabled: boolean; healthy: boolean };
  /** False: nothing of what it sends arrives. */
  sends: boolean;
  alive: boolean;
  boots: number;
  /** The config that it has. */
  version: VersionVector;
}

/** Two members `a` and `b` on one virtual clock, 1 ms apart. */
export class Pair {
  readonly clock = new VirtualClock();
  readonly ec2 = new FakeEc2();
  readonly view: ClusterView = {
    members: ['a', 'b'],
    mode: 'autoFailback',
    timeoutMs: 3000,
    handover: 'release',
    active: { uid: 'a', stamp: 'a1' },
  };
  readonly a = this.make('a');
  readonly b = this.make('b');
  private readonly inboxes = new Map<string, (message: Message) => void>();
  private readonly changed = new Set<() => void>();

  /** Changes the cluster's settings, as a merged document would. */
  configure(changes: Partial<ClusterView>): void {
    Object.assign(this.view, changes);
    for (const listener of this.changed) listener();
  }

  async start(...nodes: Node[]): Promise<void> {
    for (const node of nodes) await node.member.start();
    await this.clock.advance(0);
  }

  kill(node: Node): void {
    node.alive = false;
    node.holder.kill();
    void node.member.stop({ handOver: false });
  }

  /** Starts the member anew, with what its disk says. */
  async restart(node: Node): Promise<void> {
    Object.assign(node, this.make(node.uid, node));
    await this.start(node);
  }

  phases(): string {
    return `${this.a.member.status().phase} ${this.b.member.status().phase}`;
  }

  private make(uid: string, before?: Node): Node {
    const boots = (before?.boots ?? 0) + 1;
    const node: Partial<Node> & Pick<Node, 'disk' | 'events' | 'fitness'> = {
      uid,
      boots,
      alive: true,
      sends: before?.sends ?? true,
      version: before?.version ?? {},
      disk: before?.disk ?? { record: null, full: false },
      events: before?.events ?? [],
      fitness: { enabled: true, healthy: true },
    };
    const holder = new FakeHolder(uid, this.ec2, this.clock);
    node.holder = holder;
    node.member = new ClusterMember({
      self: uid,
      boot: `${uid}${boots}`,
      clock: this.clock,
      holder,
      link: {
        send: (message) => {
          if (node.alive !== true || node.sends !== true) return;
          const wire = JSON.stringify(message);
          void this.clock.sleep(1).then(() => this.inboxes.get(uid === 'a' ? 'b' : 'a')?.(JSON.parse(wire) as Message));
        },
        onMessage: (listener) => {
          this.inboxes.set(uid, listener);
          return () => {
            if (this.inboxes.get(uid) === listener) this.inboxes.delete(uid);
          };
        },
      },
      disk: {
        load: () => Promise.resolve(structuredClone(node.disk.record)),
        save: async (record) => {
          await this.clock.sleep(2);
          if (node.disk.full) throw new Error('no space left on device');
          if (node.alive === true) node.disk.record = structuredClone(record);
        },
      },
      document: {
        view: () => this.view,
        version: () => node.version ?? {},
        export: () => null,
        merge: () => Promise.resolve(),
        onChange: (listener) => {
          this.changed.add(listener);
          return () => this.changed.delete(listener);
        },
      },
      report: {
        fitness: () => ({ ...node.fitness, ec2: true, problems: [] }),
        applied: () => ({}),
        confirmed: () => [],
        enis: () => ({}),
        addresses: () => [],
      },
      onEvent: (event) => node.events.push(event),
    });
    return node as Node;
  }
}
