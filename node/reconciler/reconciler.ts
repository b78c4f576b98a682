import { Announcer } from './announce';
import { assume, ROLES, type Duty } from './duty';
import { concernedEnis, held, holderFacts, sameFacts } from './facts';
import type { HolderFacts, HolderPort } from './holder';
import { housekeep, claimsOfLedger, isReleased } from './housekeep';
import { perform, type Running } from './perform';
import { plan } from './plan';
import { DEFAULT_TIMING, timingOf } from './timing';
import type { Desired, NicContext, ReconcilerOptions, ReconcilerStatus, Role } from './types';
import { interfaceStatus, nicNames } from './verdict';
import { claimKey } from './claim';
import type { Want } from './wants';
import type { World } from './world';

/**
 * Keeps the wanted addresses on their ENIs and NICs, and everything of ours that is not wanted off them.
 * Level-triggered: it observes, plans, acts and observes again, so a crash, a lost answer or somebody else's change is
 * repaired from whatever is found. It touches only addresses that its ledger or the kernel's label names.
 */
export class Reconciler implements HolderPort {
  private readonly world: World;
  private readonly announcer = new Announcer();
  private readonly running = new Set<Running>();
  private decided = new Map<string, Want>();
  private phase: 'new' | 'running' | 'ended' = 'new';
  private pumping = false;
  private again = false;
  private alarm: { at: number; controller: AbortController } | null = null;
  private unwatch: (() => void) | null = null;
  private released: (() => void) | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly guards = new Set<() => void>();
  private told: HolderFacts;
  private telling = false;

  constructor(private readonly options: ReconcilerOptions) {
    this.world = {
      duty: 'undecided',
      role: ROLES.undecided,
      epoch: 0,
      heldAll: false,
      ec2: null,
      lookEvery: null,
      desired: null,
      nics: options.nics,
      members: options.memberEnis(),
      claims: new Map(),
      enis: new Map(),
      os: {
        dryRun: options.os.dryRun,
        bound: null,
        listAt: 0,
        refreshAt: 0,
        changes: 0,
        assumed: new Map(),
        unbound: new Set(),
        trouble: null,
      },
      ledgerTrouble: null,
      savingSince: null,
      unknownNics: new Map(),
      busy: new Set(),
      stopping: false,
      timing: { ...DEFAULT_TIMING, ...options.timing },
    };
    this.told = this.facts();
  }

  /** Loads the ledger and starts. Rejects when the ledger cannot be read: nothing is touched then. */
  async start(): Promise<void> {
    if (this.phase !== 'new') throw new Error('a Reconciler starts once; make a new one');
    const entries = await this.options.ledger.load();
    const now = this.options.clock.now();
    this.world.claims = claimsOfLedger(entries, now + this.world.timing.watchMs);
    Object.assign(this.world.os, { listAt: now, refreshAt: now });
    this.phase = 'running';
    this.unwatch = this.options.os.watch(() => {
      this.world.os.changes += 1;
      this.world.os.listAt = this.options.clock.now();
      this.pump();
    });
    this.pump();
  }

  /** Replaces what is wanted. What was refused or waits is tried again. A version that went down is ignored. */
  setDesired(desired: Desired): void {
    if (this.world.desired !== null && desired.version < this.world.desired.version) {
      this.log('warn', `config version ${desired.version} came after ${this.world.desired.version}; ignored`, {});
      return;
    }
    this.world.desired = desired;
    for (const claim of this.world.claims.values()) {
      Object.assign(claim, { refused: null, trouble: null, osTrouble: null, makesRoom: false, retired: false });
    }
    this.pump();
  }

  /** Replaces the NICs, e.g. after discovery found another ENI behind one. */
  setNics(nics: readonly NicContext[]): void {
    this.world.nics = nics;
    this.pump();
  }

  /** `active`: takes every wanted address, in one call per ENI. `standby`: releases them and stands ready. */
  setRole(role: Role): void {
    if (role !== this.world.role) this.assume(role === 'active' ? 'take' : 'release');
  }

  take(): void {
    this.assume('take');
  }

  resume(): void {
    this.assume('resume');
  }

  standBy(how: 'release' | 'moved'): void {
    this.assume(how);
  }

  suspend(): void {
    this.assume('suspended');
  }

  private assume(duty: Duty): void {
    if (duty === this.world.duty) return;
    assume(this.world, duty);
    this.log('info', `role: ${this.world.role} (${duty})`, { role: this.world.role, duty });
    this.pump();
  }

  facts(): HolderFacts {
    return holderFacts(this.world, this.options.clock.now());
  }

  onFacts(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  beforeActing(listener: () => void): () => void {
    this.guards.add(listener);
    return () => this.guards.delete(listener);
  }

  look(): void {
    for (const eniId of concernedEnis(this.world)) {
      const eni = this.world.enis.get(eniId);
      if (eni !== undefined) eni.lookAgain = true;
    }
    this.pump();
  }

  lookEvery(ms: number | null): void {
    if (ms === this.world.lookEvery) return;
    this.world.lookEvery = ms;
    if (ms !== null) {
      for (const eniId of concernedEnis(this.world)) {
        const eni = this.world.enis.get(eniId);
        if (eni !== undefined) eni.lookAt = Math.min(eni.lookAt, (eni.lookedAt ?? 0) + ms);
      }
    }
    this.pump();
  }

  setTimeout(clusterTimeoutMs: number): void {
    const { lifetimeSeconds, refreshMs } = timingOf(clusterTimeoutMs);
    const { timing, os } = this.world;
    if (timing.lifetimeSeconds === lifetimeSeconds && timing.refreshMs === refreshMs) return;
    Object.assign(timing, { lifetimeSeconds, refreshMs });
    // What is bound has the lifetime of before.
    os.refreshAt = this.options.clock.now();
    this.pump();
  }

  /** Looks at everything now, and tries again what was waiting, also for a person. */
  wake(): void {
    const now = this.options.clock.now();
    for (const eni of this.world.enis.values()) {
      eni.lookAt = now;
      if (eni.trouble !== null) eni.trouble.retryAt = now;
    }
    for (const claim of this.world.claims.values()) {
      if (claim.trouble !== null) claim.trouble.retryAt = now;
      if (claim.osTrouble !== null) claim.osTrouble.retryAt = now;
    }
    if (this.world.ledgerTrouble !== null) this.world.ledgerTrouble.retryAt = now;
    this.world.os.listAt = now;
    this.pump();
  }

  /** What is wanted, seen and wrong. */
  status(): ReconcilerStatus {
    const { world } = this;
    const problems = [world.os.trouble, world.ledgerTrouble].flatMap((trouble) => trouble?.problem ?? []);
    return {
      role: world.role,
      version: world.desired?.version ?? null,
      interfaces: nicNames(world).map((nic) => interfaceStatus(world, nic)),
      problems,
    };
  }

  /**
   * Ends. `release`: unbinds and unassigns first, for at most `stopMs`; `keep`: leaves the ENI as it is (the kernel
   * drops the bound address when its lifetime ends).
   */
  async stop(how: 'release' | 'keep'): Promise<void> {
    if (this.phase === 'running' && how === 'release') await this.release();
    this.phase = 'ended';
    this.alarm?.controller.abort('ended');
    this.unwatch?.();
    for (const { waiting } of this.running) waiting.abandon();
  }

  private async release(): Promise<void> {
    const enough = new AbortController();
    this.released = () => {
      enough.abort();
    };
    this.world.stopping = true;
    for (const claim of this.world.claims.values()) Object.assign(claim, { trouble: null, osTrouble: null });
    this.pump();
    await this.options.clock.sleep(this.world.timing.stopMs, enough.signal);
    this.released = null;
    if (!enough.signal.aborted) {
      const held = [...this.world.claims.values()].filter((claim) => !isReleased(this.world, claim));
      const addresses = held.map((claim) => claim.address);
      this.log('warn', `stopping without having released ${addresses.join(', ')}; the next start does`, { addresses });
    }
  }

  /** Plans and starts what is to be done now, until there is nothing more to start; then sets the alarm. */
  private pump(): void {
    if (this.pumping) {
      this.again = true;
      return;
    }
    if (this.phase === 'running') {
      this.pumping = true;
      // What a guard changes is in the world already; it takes effect in the pass that follows.
      for (const guard of [...this.guards]) guard();
      this.again = false;
      let nextAt = this.pass();
      while (this.takeAgain()) nextAt = this.pass();
      this.pumping = false;
      this.setAlarm(nextAt);
    }
    if (this.phase !== 'ended') this.tell();
  }

  /** A listener may give another duty, which is carried out at once; what changes by that is told afterwards. */
  private tell(): void {
    if (this.telling) return;
    this.telling = true;
    try {
      for (;;) {
        const facts = this.facts();
        if (sameFacts(facts, this.told)) return;
        this.told = facts;
        for (const listener of [...this.listeners]) listener();
      }
    } finally {
      this.telling = false;
    }
  }

  private takeAgain(): boolean {
    const again = this.again;
    this.again = false;
    return again;
  }

  private pass(): number {
    const { world, options } = this;
    world.members = options.memberEnis();
    this.decided = housekeep(world, options.clock);
    this.abandonContradicted();
    if (world.role === 'active' && held(world, options.clock.now()) === 'all') world.heldAll = true;
    const now = options.clock.now();
    for (const { waiting } of this.running) if (waiting.deadline <= now) waiting.expire();
    const { steps, nextAt } = plan(world, this.decided, now);
    for (const step of steps) {
      const running = perform(step, {
        world,
        clock: options.clock,
        ec2: options.ec2,
        os: options.os,
        ledger: options.ledger,
        log: this.log,
        wants: () => this.decided,
        isLive: () => this.phase === 'running',
      });
      this.running.add(running);
      void running.done.then(() => {
        this.running.delete(running);
        this.pump();
      });
    }
    for (const event of this.announcer.announce(world)) options.onEvent(event);
    if (
      world.stopping &&
      [...world.claims.values()].every((claim) => isReleased(world, claim)) &&
      this.running.size === 0
    ) {
      this.released?.();
    }
    let at = nextAt;
    for (const { waiting } of this.running) at = Math.min(at, waiting.deadline);
    return at;
  }

  /**
   * What is still under way must not hold up the takeover of the same address: an Unassign that was to release it, or
   * what was asked under an earlier duty, whose answer would say nothing about this one.
   */
  private abandonContradicted(): void {
    for (const { step, epoch, waiting, abandon } of this.running) {
      if (waiting.deadline === Infinity) continue; // given up already
      const isOld = this.world.duty === 'take' && epoch !== this.world.epoch;
      switch (step.do) {
        case 'unassign':
          if (step.addresses.some((address) => this.isToHold(step.eniId, address))) abandon();
          break;
        case 'assign':
          if (isOld && step.addresses.some((address) => this.isToHold(step.eniId, address))) abandon();
          break;
        case 'find-holder':
          if (isOld && this.isToHold(step.eniId, step.address)) abandon();
          break;
        case 'look':
        case 'save-ledger':
        case 'list':
        case 'bind':
        case 'unbind':
          break;
      }
    }
  }

  private isToHold(eniId: string, address: string): boolean {
    return this.decided.get(claimKey(eniId, address)) === 'hold';
  }

  /** Plans again at `at`, at the latest. An alarm that comes too early does no harm and is cheaper than a new one. */
  private setAlarm(at: number): void {
    if (!Number.isFinite(at) || this.phase !== 'running' || (this.alarm !== null && this.alarm.at <= at)) return;
    this.alarm?.controller.abort('replaced');
    const alarm = { at, controller: new AbortController() };
    this.alarm = alarm;
    const { clock } = this.options;
    void clock.sleep(Math.max(0, at - clock.now()), alarm.controller.signal).then(() => {
      if (this.alarm !== alarm) return;
      this.alarm = null;
      this.pump();
    });
  }

  private readonly log = (
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    data: Readonly<Record<string, unknown>>,
  ): void => {
    this.options.onEvent({ type: 'log', level, message, data });
  };
}
