import type { MemberEvent, Takeover } from './events';
import { reservation } from './machine/claim';
import { hear } from './machine/hear';
import { heartbeatOf } from './machine/heartbeat';
import { fitPeer, freshPeer, intervalMs, pauseMs, peerUid, type Situation } from './machine/situation';
import { initialState, type MemberState } from './machine/state';
import { step } from './machine/step';
import type { Order } from './machine/transition';
import type { Heartbeat, Message, Phase } from './message';
import type { Clock, DocumentPort, HolderPort, LinkPort, MemberDisk, MemberRecord, SelfReport } from './ports';
import { RecordKeeper } from './record-keeper';
import { DocumentSync } from './document-sync';
import type { Term } from './term';

/** How often a member looks at its ENIs while the peer is silent or claims, or while it does not know whether it holds. */
const WATCHFUL_MS = 1000;

/** What a {@link ClusterMember} is made of. */
export interface ClusterMemberOptions {
  /** The uid of this member. */
  self: string;
  /** Differs for each start of the process. */
  boot: string;
  clock: Clock;
  link: LinkPort;
  disk: MemberDisk;
  holder: HolderPort;
  document: DocumentPort;
  report: SelfReport;
  /** Called synchronously; must not throw. */
  onEvent: (event: MemberEvent) => void;
}

/** The member's view of the cluster, for status pages. */
export interface MemberStatus {
  phase: Phase;
  /** The highest term known to be in effect. */
  term: Term | null;
  /** That term is over, and nobody holds. */
  released: boolean;
  /** The uid of the member that holds, as far as this one knows. */
  holder: string | null;
  peer: {
    uid: string;
    /** Heard within the Cluster Timeout. */
    reachable: boolean;
    /** Milliseconds since its last heartbeat. */
    heartbeatAgeMs: number;
    heartbeat: Heartbeat;
  } | null;
  /** Milliseconds for which this member will not claim on silence. */
  heldDownForMs: number;
  lastTakeover: Takeover | null;
  /** What is wrong with the member's record or the exchange of the config, each a sentence. */
  problems: string[];
}

/**
 * One of the two members: feeds the state machine with time, heartbeats and facts, and carries out what it orders.
 * Everything it does to the addresses goes through the {@link HolderPort}.
 */
export class ClusterMember {
  private state: MemberState;
  private readonly record: RecordKeeper;
  private readonly sync: DocumentSync;
  private readonly ends = new AbortController();
  private readonly undo: (() => void)[] = [];
  private phase: 'new' | 'running' | 'ended' = 'new';
  private stopping = false;
  private seen: Situation | null = null;
  private stepping = false;
  private again = false;
  private telling = false;
  private timeoutMs = 0;
  private lookEveryMs: number | null = null;
  private reachable: boolean | null = null;
  private taking: Omit<Takeover, 'confirmedAt'> | null = null;
  private lastTakeover: Takeover | null = null;
  private wakeTick: AbortController | null = null;
  private readonly waiters = new Set<() => void>();

  constructor(private readonly options: ClusterMemberOptions) {
    const { disk, clock, document, link, self } = options;
    this.state = initialState(null, clock.now());
    const log = (level: 'warn' | 'error', message: string) =>
      options.onEvent({ type: 'log', level, message, data: {} });
    this.record = new RecordKeeper(disk, clock, log, () => this.run());
    this.sync = new DocumentSync(document, (message) => link.send(message), self, clock, log);
  }

  /** Loads the record and starts listening. Rejects when the record cannot be read. */
  async start(): Promise<void> {
    if (this.phase !== 'new') throw new Error('a ClusterMember starts once; make a new one');
    const { clock, holder, link, document } = this.options;
    const record = await this.record.load();
    this.state = initialState(record, clock.now());
    this.phase = 'running';
    this.undo.push(
      link.onMessage((message) => this.receive(message)),
      holder.onFacts(() => this.run()),
      holder.beforeActing(this.awake),
      document.onChange(() => {
        this.telling = true;
        this.run();
      }),
    );
    holder.suspend();
    holder.look();
    this.telling = true;
    this.run();
    void this.tick();
  }

  /** After a pause of the process: suspends the holder before it goes on with what is no longer certain. */
  private readonly awake = (): void => {
    if (this.phase !== 'running' || this.stepping) return;
    if (this.wasPaused(this.options.clock.now())) this.run();
  };

  /**
   * Ends. With `handOver` a holder first gives the addresses to the peer, if that is there and fit, for at most
   * `patienceMs`. Resolves to whether this member no longer holds.
   */
  async stop({ handOver, patienceMs = 5000 }: { handOver: boolean; patienceMs?: number }): Promise<boolean> {
    if (this.phase === 'running' && handOver) {
      this.stopping = true;
      this.run();
      if (isHolding(this.state.phase) && this.canHandOver()) await this.untilGone(patienceMs);
    }
    const gone = !isHolding(this.state.phase);
    this.phase = 'ended';
    for (const undo of this.undo.reverse()) undo();
    this.ends.abort();
    this.wakeTick?.abort();
    this.record.stop();
    return gone;
  }

  /** Lets the machine decide anew, e.g. after the fitness of this member has changed. */
  poke(): void {
    this.telling = true;
    this.run();
  }

  status(): MemberStatus {
    const { state, options } = this;
    const now = options.clock.now();
    const peer = freshPeer(state, this.situation());
    return {
      phase: state.phase,
      term: state.term,
      released: state.released,
      holder: isHolding(state.phase) ? options.self : peer?.heartbeat.holds === true ? peer.heartbeat.from : null,
      peer:
        state.peer === null
          ? null
          : {
              uid: state.peer.heartbeat.from,
              reachable: peer !== null,
              heartbeatAgeMs: now - state.peer.at,
              heartbeat: state.peer.heartbeat,
            },
      heldDownForMs: Math.max(0, state.heldDownUntil - now),
      lastTakeover: this.lastTakeover,
      problems: [this.record.problem, this.sync.problem].filter((problem) => problem !== null),
    };
  }

  /** Whether a fit peer is there to take over. */
  canHandOver(): boolean {
    return fitPeer(this.state, this.situation()) !== null;
  }

  private receive(message: Message): void {
    if (this.phase !== 'running') return;
    if (message.type === 'document') {
      this.sync.receive(message.document);
      return;
    }
    this.step(message);
    this.sync.heard(message.document);
  }

  private run(): void {
    this.step(null);
  }

  /** Runs the machine, on a heartbeat if there is one, until neither its orders nor anything else ask for more. */
  private step(heartbeat: Heartbeat | null): void {
    if (this.phase !== 'running') return;
    if (this.stepping) {
      this.again = true;
      return;
    }
    this.stepping = true;
    this.advance(heartbeat);
    while (this.takeAgain()) this.advance(null);
    this.stepping = false;
    if (this.telling) this.tell();
    this.seen = null;
    for (const waiter of this.waiters) waiter();
  }

  private takeAgain(): boolean {
    const again = this.again;
    this.again = false;
    return again;
  }

  private advance(heartbeat: Heartbeat | null): void {
    const situation = this.look();
    if (heartbeat !== null && heartbeat.from === peerUid(situation)) {
      // A pause, if there was one, comes before what was heard after it.
      if (this.wasPaused(situation.now)) this.apply(step(this.state, situation), situation);
      this.state = hear(this.state, heartbeat, this.seen ?? this.look());
    }
    this.apply(step(this.state, this.seen ?? this.look()), situation);
    // After a pause only now: the holder renews at once what has another lifetime.
    this.followTimeout(situation.view.timeoutMs);
    this.record.keep(recordOf(this.state), reservation(this.state, this.record.reserved));
    this.follow(situation);
  }

  private apply({ state, orders, changes }: ReturnType<typeof step>, situation: Situation): void {
    const before = this.state;
    this.state = state;
    for (const change of changes) {
      this.options.onEvent({ type: 'phase', ...change });
      this.noteTakeover(change.to, before, situation);
    }
    for (const order of orders) this.carryOut(order);
  }

  private carryOut(order: Order): void {
    const { holder } = this.options;
    if (order.do !== 'tell') this.seen = null;
    switch (order.do) {
      case 'take':
        holder.take();
        return;
      case 'resume':
        holder.resume();
        return;
      case 'stand-by':
        holder.standBy(order.how);
        return;
      case 'suspend':
        holder.suspend();
        return;
      case 'look':
        holder.look();
        return;
      case 'tell':
        this.telling = true;
        return;
    }
  }

  private noteTakeover(phase: Phase, before: MemberState, { now }: Situation): void {
    const { state } = this;
    if (phase === 'claiming' && state.mine !== null && state.cause !== null) {
      const from = before.term !== null && before.term.uid !== this.options.self ? before.term.uid : null;
      const at = this.options.clock.wall();
      this.taking = { cause: state.cause, term: state.mine, from, silentMs: before.silence, decidedAt: now, at };
    }
    if (phase === 'active' && this.taking !== null && state.term === state.mine) {
      this.lastTakeover = { ...this.taking, confirmedAt: now };
      this.taking = null;
      this.options.onEvent({ type: 'took-over', takeover: this.lastTakeover });
    }
    if (phase === 'standby') this.taking = null;
  }

  /** What follows from the state whatever led to it. */
  private follow(situation: Situation): void {
    const { holder, onEvent } = this.options;
    const { state } = this;
    const unsure = state.phase === 'suspended' || state.phase === 'withdrawing' || state.phase === 'listening';
    const silent = situation.view.members.length > 1 && state.silence >= situation.view.timeoutMs / 2;
    // Whether EC2 answers again decides whether this member can take over.
    const barred = situation.facts.ec2 === false;
    const every = unsure || silent || barred || isContested(state, situation) ? WATCHFUL_MS : null;
    if (every !== this.lookEveryMs) {
      this.lookEveryMs = every;
      holder.lookEvery(every);
    }
    const reachable = state.silence < situation.view.timeoutMs;
    if (state.peer !== null && reachable !== this.reachable) {
      this.reachable = reachable;
      onEvent({ type: 'peer', reachable });
    }
  }

  private followTimeout(timeoutMs: number): void {
    if (timeoutMs === this.timeoutMs) return;
    this.timeoutMs = timeoutMs;
    this.options.holder.setTimeout(timeoutMs);
    this.wakeTick?.abort();
  }

  private tell(): void {
    this.telling = false;
    const { link, document, report } = this.options;
    link.send(heartbeatOf(this.state, this.seen ?? this.look(), document, report));
    this.state = { ...this.state, seq: this.state.seq + 1 };
  }

  private async tick(): Promise<void> {
    const { clock } = this.options;
    while (this.phase === 'running') {
      this.wakeTick = new AbortController();
      await clock.sleep(intervalMs(this.timeoutMs), this.wakeTick.signal);
      // Timers come before sockets: what has arrived meanwhile is to be heard before silence is judged.
      if (this.state.silence >= this.timeoutMs / 2) await clock.sleep(0);
      this.telling = true;
      this.run();
    }
  }

  private wasPaused(now: number): boolean {
    return now - this.state.ranAt > pauseMs(this.timeoutMs);
  }

  private situation(): Situation {
    const { self, boot, clock, document, holder, report } = this.options;
    return {
      self,
      boot,
      now: clock.now(),
      view: document.view(),
      facts: holder.facts(),
      fitness: report.fitness(),
      stopping: this.stopping,
      reserved: this.record.reserved,
      document: document.version(),
    };
  }

  /** The situation as it is now, kept until something is done about it. */
  private look(): Situation {
    return (this.seen = this.situation());
  }

  private async untilGone(patienceMs: number): Promise<void> {
    const enough = new AbortController();
    const check = () => {
      if (!isHolding(this.state.phase) || !this.canHandOver()) enough.abort();
    };
    this.waiters.add(check);
    await this.options.clock.sleep(patienceMs, enough.signal);
    this.waiters.delete(check);
  }
}

/** The peer is claiming, or has just stopped: even a claim that it gave up may still take the addresses away. */
function isContested({ peer, phase }: MemberState, { now, view }: Situation): boolean {
  if (peer === null || !isHolding(phase)) return false;
  const { phase: theirs } = peer.heartbeat;
  return theirs === 'claiming' || theirs === 'withdrawing' || now - peer.phaseSince < 2 * view.timeoutMs;
}

const isHolding = (phase: Phase): boolean =>
  phase === 'active' || phase === 'yielding' || phase === 'releasing' || phase === 'suspended';

const recordOf = ({ term, released, honoured }: MemberState): Omit<MemberRecord, 'reserved'> => ({
  term,
  released,
  honoured,
});
