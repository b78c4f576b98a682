import { fieldOf, shown, type ConfigView, type Write } from '../config';
import type { Machine } from './machine';
import type { World } from './world';

/** A write as the operators remember it. */
export interface Written {
  readonly id: number;
  readonly write: Write;
  readonly machine: Machine;
  readonly at: number;
  /** The writes of the same field that its author could know of, because the member showed them or had taken them. */
  readonly knew: ReadonlySet<number>;
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
    for (const machine of this.world.machines) this.note(machine, write, null).accepted = true;
  }

  /** Writes to a running member. Returns false when it does not run. */
  write(machine: Machine, write: Write): boolean {
    return machine.enter((daemon) => {
      const view = daemon.config();
      const one = this.note(machine, write, view);
      // What is so already is no change: the config's API compares, and nothing is written.
      const changes = shown(view, write) !== valueOf(write);
      this.world.say(null, () => `an operator writes ${describe(write)} to ${machine.uid}`);
      daemon.write(write).then(
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
    this.note(machine, write, view).accepted = shown(view, write) !== valueOf(write);
    this.world.say(null, () => `an operator writes ${describe(write)} to the files of ${machine.uid}`);
    this.world.sut.writeOffline(machine.disk, machine.uid, write);
  }

  private note(machine: Machine, write: Write, view: ConfigView | null): Written {
    if ((write.field === 'address' || write.field === 'entry') && write.value !== null) this.ours.add(write.value);
    const one: Written = {
      id: this.written.length,
      write,
      machine,
      at: this.world.now,
      knew: this.knownTo(machine, write, view),
      accepted: false,
    };
    this.written.push(one);
    return one;
  }

  private knownTo(machine: Machine, write: Write, view: ConfigView | null): Set<number> {
    const field = fieldOf(write);
    const known = new Set<number>();
    for (const earlier of this.written) {
      if (fieldOf(earlier.write) !== field) continue;
      const value = valueOf(earlier.write);
      const isShown =
        view !== null &&
        (shown(view, earlier.write) === value ||
          view.conflicts.some((one) => one.field === field && JSON.stringify(one.value) === value));
      if (earlier.machine !== machine && !isShown) continue;
      known.add(earlier.id);
      for (const id of earlier.knew) known.add(id);
    }
    return known;
  }
}

export const describe = (write: Write): string => `${fieldOf(write)} = ${write.value ?? 'nothing'}`;
