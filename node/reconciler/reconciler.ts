import type { Desired, NicContext, ReconcilerOptions, ReconcilerStatus, Role } from './types';

/**
 * Keeps the wanted addresses on their ENIs and NICs, and everything of ours that is not wanted off them.
 * Level-triggered: it observes, plans, acts and observes again, so a crash, a lost answer or somebody else's change is
 * repaired from whatever is found. It touches only addresses that its ledger or the kernel's label names.
 */
export class Reconciler {
  constructor(private readonly options: ReconcilerOptions) {}

  /** Loads the ledger and starts. Rejects when the ledger cannot be read. */
  async start(): Promise<void> {
    await this.options.ledger.load();
  }

  /** Replaces what is wanted. Addresses refused before are tried again. */
  setDesired(_desired: Desired): void {
    throw new Error('not built yet');
  }

  /** Replaces the NICs, e.g. after discovery found another ENI behind one. */
  setNics(_nics: readonly NicContext[]): void {
    throw new Error('not built yet');
  }

  /** `active`: takes every wanted address, in one call per ENI. `standby`: releases them and stands ready. */
  setRole(_role: Role): void {
    throw new Error('not built yet');
  }

  /** Looks at everything now and tries again what was waiting (also what waits for a person). */
  wake(): void {
    throw new Error('not built yet');
  }

  /** What is wanted, seen and wrong. */
  status(): ReconcilerStatus {
    throw new Error('not built yet');
  }

  /**
   * Ends. `release`: unbinds and unassigns first, for at most `stopMs`; `keep`: leaves the ENI as it is (the kernel
   * drops the bound address when its lifetime ends).
   */
  stop(_how: 'release' | 'keep'): Promise<void> {
    throw new Error('not built yet');
  }
}
