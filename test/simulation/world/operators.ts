import { fieldOf, shown, type ConfigView, type Write } from '../config';
import type { Machine } from './machine';
import type { World } from './world';

/** A write as the operators remember it. */
export interface Written {
  readonly id: number;
  readonly write: Write;
  readonly machine: Machine;
  readonly at: number;
  /**
   * The writes of the same field that it came after: when the member took it, that showed them or had taken them itself.
   * Null: not taken yet.
   */
  knew: ReadonlySet<number> | null;
  /** The member said yes. */
  accepted: boolean;
}

export const valueOf = (write: Write): string => JSON.stringify(write.value);

/** The people who configure the cluster: they write to either member, and remember what was accepted. */
export class Operators {
  readonly written: Written[] = [];
  /** Every address that was ever asked for. */
  readonly ours = new Set<string>();
  private nextAddress = 50;

  constructor(private readonly world: World) {}

  freshAddress(): string {
    this.nextAddress += 1;
    // 77, 78 and 88 are somebody else's.
    if (this.nextAddress === 77) this.nextAddress = 90;
    return `10.0.1.${this.nextAddress}`;
  }

  /** Part of the config before anything starts, on both members. */
  provisioned(write: Write): void {
    for (const machine of this.world.machines) {
      const one = this.note(machine, write);
      this.take(one, null);
      one.accepted = true;
    }
  }

  /** Writes to a running member. Returns false when it does not run. */
  write(machine: Machine, write: Write): boolean {
    return machine.enter((daemon) => {
      const one = this.note(machine, write);
      let changes = false;
      this.world.say(null, () => `an operator writes ${describe(write)} to ${machine.uid}`);
      const taken = (view: ConfigView) => {
        // What is so already is no change: the config's API compares, and nothing is written.
        changes = shown(view, write) !== valueOf(write);
        this.take(one, view);
      };
      daemon.write(write, taken).then(
        () => {
          one.accepted = changes;
          this.world.say(machine.index, () => `accepts ${describe(write)}`);
        },
        (error: unknown) => {
          this.world.say(machine.index, () => `refuses ${describe(write)}: ${String(error)}`);
        },
      );
    });
  }

  /** Edits the files of a member that does not run. */
  writeOffline(machine: Machine, write: Write): void {
    if (machine.life?.isDead === false) return;
    const view = this.world.sut.viewOffline(machine.disk, machine.uid);
    const one = this.note(machine, write);
    this.take(one, view);
    one.accepted = shown(view, write) !== valueOf(write);
    this.world.say(null, () => `an operator writes ${describe(write)} to the files of ${machine.uid}`);
    this.world.sut.writeOffline(machine.disk, machine.uid, write);
  }

  private note(machine: Machine, write: Write): Written {
    if ((write.field === 'address' || write.field === 'entry') && write.value !== null) this.ours.add(write.value);
    const one: Written = { id: this.written.length, write, machine, at: this.world.now, knew: null, accepted: false };
    this.written.push(one);
    return one;
  }

  /** The member puts the write into its config, which was as in `view` so far. */
  private take(one: Written, view: ConfigView | null): void {
    const field = fieldOf(one.write);
    const known = new Set<number>();
    for (const earlier of this.written) {
      if (earlier.knew === null || fieldOf(earlier.write) !== field) continue;
      const value = valueOf(earlier.write);
      const isShown =
        view !== null &&
        (shown(view, earlier.write) === value ||
          view.conflicts.some((other) => other.field === field && JSON.stringify(other.value) === value));
      if (earlier.machine !== one.machine && !isShown) continue;
      known.add(earlier.id);
      for (const id of earlier.knew) known.add(id);
    }
    one.knew = known;
  }
}

export const describe = (write: Write): string => `${fieldOf(write)} = ${write.value ?? 'nothing'}`;
