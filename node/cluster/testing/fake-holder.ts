import type { Clock } from '../../reconciler/ports';
import type { HolderFacts, HolderPort } from '../ports';

/** One address at EC2: which member's ENI has it. */
export class FakeEc2 {
  holder: string | null = null;
  readonly reaches = new Map<string, boolean>();
  readonly calls: string[] = [];
}

type Role = 'take' | 'resume' | 'release' | 'moved' | 'suspend';

/** A reconciler in a few lines: 20 ms to EC2, one address, facts as the real one gives them. */
export class FakeHolder implements HolderPort {
  role: Role = 'suspend';
  bound = false;
  lookMs: number | null = null;
  timeoutMs = 0;
  wanted = 1;
  private held: HolderFacts['held'] = 'unknown';
  private released = false;
  private taken = false;
  private assigning = false;
  private ec2Answers: boolean | null = null;
  private lookedAt: number | null = null;
  private listener: () => void = () => undefined;
  private beforeAct: () => void = () => undefined;
  private dead = false;

  constructor(
    private readonly uid: string,
    private readonly ec2: FakeEc2,
    private readonly clock: Clock,
  ) {}

  facts(): HolderFacts {
    const { wanted, released, taken, assigning, lookedAt } = this;
    return {
      wanted,
      held: wanted === 0 ? 'all' : this.held,
      released,
      taken,
      assigning,
      ec2: this.ec2Answers,
      lookedAt,
    };
  }

  onFacts(listener: () => void): () => void {
    this.listener = listener;
    return () => {
      this.listener = () => undefined;
    };
  }

  beforeActing(listener: () => void): () => void {
    this.beforeAct = listener;
    return () => undefined;
  }

  /** What a reconciler does first whenever one of its timers fires. */
  act(): void {
    this.beforeAct();
  }

  kill(): void {
    this.dead = true;
    this.bound = false;
  }

  take(): void {
    this.become('take');
    this.bound = true;
    void this.assign();
  }

  resume(): void {
    if (this.role !== 'take') this.become('resume', this.role === 'suspend' ? this.held : 'unknown');
    this.bound = true;
  }

  standBy(how: 'release' | 'moved'): void {
    this.become(how);
    this.bound = false;
    if (how === 'release') void this.unassign();
    else this.released = true;
  }

  suspend(): void {
    this.become('suspend');
  }

  look(): void {
    const began = this.clock.now();
    const { role } = this;
    void this.call('describe', () => {
      this.lookedAt = began;
      if (this.role !== role) return;
      const mine = this.ec2.holder === this.uid;
      if (this.held === 'all' && !mine && (role === 'take' || role === 'resume')) this.taken = true;
      this.held = mine ? 'all' : 'none';
    });
  }

  lookEvery(ms: number | null): void {
    this.lookMs = ms;
    if (ms !== null) void this.keepLooking(ms);
  }

  setTimeout(ms: number): void {
    this.timeoutMs = ms;
  }

  private async keepLooking(ms: number): Promise<void> {
    while (this.lookMs === ms && !this.dead) {
      this.look();
      await this.clock.sleep(ms);
    }
  }

  private become(role: Role, held: HolderFacts['held'] = 'unknown'): void {
    Object.assign(this, { role, held, released: false, taken: false });
  }

  private async assign(): Promise<void> {
    this.assigning = true;
    await this.call('assign', () => {
      this.ec2.holder = this.uid;
      this.held = 'all';
    });
    this.assigning = false;
    if (!this.dead) this.listener();
  }

  private async unassign(): Promise<void> {
    await this.call('unassign', () => {
      if (this.ec2.holder === this.uid) this.ec2.holder = null;
      if (this.role === 'release') this.released = true;
    });
  }

  private async call(name: string, effect: () => void): Promise<void> {
    this.ec2.calls.push(`${this.uid} ${name}`);
    await this.clock.sleep(20);
    if (this.dead) return;
    this.ec2Answers = this.ec2.reaches.get(this.uid) !== false;
    if (this.ec2Answers) effect();
    this.listener();
  }
}
