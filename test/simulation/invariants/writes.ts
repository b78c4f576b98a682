import { fieldOf, shown } from '../config';
import { describe, valueOf, type Operators, type Written } from '../world/operators';
import type { World } from '../world/world';
import type { Invariant } from './invariant';

/**
 * Every accepted config write is in effect, superseded or listed: when the members have talked to each other again, both
 * show the same config, and each write that was accepted is its field's value, or one that a member took when it
 * had that already is (by the same rule), or it is among the conflicts. With one member gone for good the same holds for what
 * the other one accepted, or had before.
 */
export function writes(world: World, operators: Operators): Invariant {
  return {
    atEnd() {
      const running = world.machines.filter((machine) => machine.isRunning && machine.daemon !== null);
      const linked = world.network.passes(0) && world.network.passes(1);
      const views = running.map((machine) => ({ machine, view: machine.daemon!.config() }));
      const [first, second] = views;
      if (first === undefined) return;
      if (second !== undefined && linked) {
        for (const { write } of operators.written) {
          if (shown(first.view, write) === shown(second.view, write)) continue;
          const values = `${shown(first.view, write)} and ${shown(second.view, write)}`;
          world.fail('both members show the same config', `${fieldOf(write)}: ${values}`);
        }
      }
      for (const { machine, view } of views) {
        const isVisible = ({ write }: Written) =>
          shown(view, write) === valueOf(write) ||
          view.conflicts.some(
            ({ field, value }) => field === fieldOf(write) && JSON.stringify(value) === valueOf(write),
          );
        const isAccounted = (one: Written): boolean =>
          isVisible(one) || operators.written.some((later) => later.knew?.has(one.id) === true && isAccounted(later));
        for (const one of operators.written) {
          if (!one.accepted || (one.machine !== machine && !(linked && second !== undefined))) continue;
          if (isAccounted(one)) continue;
          world.fail(
            'every accepted config write is in effect, superseded or listed',
            `${describe(one.write)}, written to ${one.machine.uid} at ${(one.at / 1000).toFixed(2)} s; ` +
              `${machine.uid} shows ${shown(view, one.write)}`,
          );
        }
      }
    },
  };
}
