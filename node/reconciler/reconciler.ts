import { Announcer } from './announce';
import { housekeep, claimsOfLedger, isOffEni } from './housekeep';
import { perform, type Running } from './perform';
import { plan } from './plan';
import { isOffOs } from './plan-os';
import { DEFAULT_TIMING } from './timing';
import type { Desired, NicContext, ReconcilerOptions, ReconcilerStatus, Role } from './types';
import { interfaceStatus, nicNames } from './verdict';
import { claimKey } from './claim';
import { mutationSlot } from './step';
import type { Want } from './wants';
import type { World } from './world';

/**
 * Keeps the wanted addresses on their ENIs and NICs, and everything of ours that is not wanted off them.
 * Level-triggered: it observes, plans, acts and observes again, so a crash, a lost answer or somebody else's change is
 * repaired from whatever is found. It touches only addresses that its ledger or the kernel's label names.
 */
export class Reconciler {
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

  constructor(private readonly options: ReconcilerOptions) {
    this.world = {
      role: 'undecided',
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
      unknownNics: new Map(),
      busy: new Set(),
      stopping: false,
      timing: { ...DEFAULT_TIMING, ...options.timing },
    };
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
    if (role === this.world.role) return;
    const wasStandby = this.world.role === 'standby';
    this.world.role = role;
    for (const claim of this.world.claims.values()) {
      Object.assign(claim, {
        claimed: false,
        mayReassign: false,
        makesRoom: false,
        elsewhere: false,
        needsHolder: false,
        trouble: null,
        osTrouble: null,
        retired: false,
      });
      // While this node stood by, another may have taken it.
      if (wasStandby && claim.presence === 'on') claim.presence = 'unknown';
    }
    this.log('info', `role: ${role}`, { role });
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
    for (const step of this.running) step.controller.abort('ended');
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
      const held = [...this.world.claims.values()].filter((claim) => !this.isReleased(claim));
      const addresses = held.map((claim) => claim.address);
      this.log('warn', `stopping without having released ${addresses.join(', ')}; the next start does`, { addresses });
    }
  }

  private readonly isReleased = (claim: Parameters<typeof isOffEni>[0]): boolean =>
    (claim.away !== null || isOffEni(claim)) &&
    isOffOs(this.world, claim) &&
    !this.world.busy.has(mutationSlot(claim.eniId, claim.address));

  /** Plans and starts what is to be done now, until there is nothing more to start; then sets the alarm. */
  private pump(): void {
    if (this.phase !== 'running') return;
    if (this.pumping) {
      this.again = true;
      return;
    }
    this.pumping = true;
    let nextAt = this.pass();
    while (this.takeAgain()) nextAt = this.pass();
    this.pumping = false;
    this.setAlarm(nextAt);
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
    const { steps, nextAt } = plan(world, options.clock.now());
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
    if (world.stopping && [...world.claims.values()].every(this.isReleased) && this.running.size === 0) {
      this.released?.();
    }
    return nextAt;
  }

  /** An Unassign still under way must not hold up the takeover of what it was to release. */
  private abandonContradicted(): void {
    for (const { step, controller } of this.running) {
      if (step.do !== 'unassign' || controller.signal.aborted) continue;
      if (step.addresses.some((address) => this.decided.get(claimKey(step.eniId, address)) === 'hold')) {
        controller.abort('no longer wanted');
      }
    }
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
