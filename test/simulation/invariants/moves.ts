import type { World } from '../world/world';
import type { Invariant } from './invariant';

/** Moves of one address within a second, at most: a hand-over that is taken back at once by a person is two. */
const MOST_IN_A_ROW = 3;

/**
 * In a standing partition the number of moves is bounded. A member that lost the address without hearing why holds back
 * for 2 × timeout, then for twice as long, and so on: in a partition of length T each address changes members at most
 * 2 + 2·log₂(1 + T / 2·timeout) times, and two more for what was under way when it began.
 * And there is no going to and fro at any time, members together or apart: see `MOST_IN_A_ROW`.
 */
export function moves(world: World): Invariant {
  const counted = new Map<string, number>();
  const recent = new Map<string, number[]>();
  let since: number | null = null;
  return {
    onMove(address, _from, to) {
      if (to !== null) {
        const window = 1000;
        const row = [...(recent.get(address) ?? []), world.now].filter((at) => at > world.now - window);
        recent.set(address, row);
        if (row.length > MOST_IN_A_ROW) {
          world.fail('the moves are bounded', `${address} moved ${row.length} times within a second`);
        }
      }
      // Asked of the network rather than of the faults: any two that overlap make one partition.
      const [a, b] = world.machines;
      const cut = !world.network.passes(0) && !world.network.passes(1) && a.isRunning && b.isRunning;
      if (!cut) {
        since = null;
        counted.clear();
        return;
      }
      since ??= world.now;
      if (to === null) return;
      const count = (counted.get(address) ?? 0) + 1;
      counted.set(address, count);
      const { timeoutMs } = world.scenario;
      const most = 4 + 2 * Math.log2(1 + (world.now - since) / (2 * timeoutMs));
      if (count > most) {
        world.fail('the moves in a standing partition are bounded', `${address} moved ${count} times since ${since}`);
      }
    },
  };
}
