import type { Write } from '../config';
import type { Fault } from './fault';
import type { Operators } from './operators';
import { FOREIGN, UIDS, type World } from './world';

/** Brings about every fault of the scenario that is an event of its own; the others strike in passing. */
export function injectAll(world: World, operators: Operators): void {
  const { rates, faults } = world.scenario;
  if (rates[0] !== 1 || rates[1] !== 1) world.coverage.met('clock-drift');
  for (const fault of faults) {
    world.scheduler.at(fault.at, () => {
      world.say(null, () => `fault: ${describeFault(fault)}`);
      inject(world, operators, fault);
    });
  }
}

export function describeFault({ kind, machine, ms, p, n }: Fault): string {
  const length = ms === 0 ? '' : Number.isFinite(ms) ? ` for ${(ms / 1000).toFixed(2)} s` : ' for good';
  return `${kind} at ${UIDS[machine]}${length}${p === 1 ? '' : `, p ${p.toFixed(2)}`}, n ${n.toFixed(0)}`;
}

function inject(world: World, operators: Operators, fault: Fault): void {
  const { scheduler, coverage } = world;
  const { kind, ms, n } = fault;
  const machine = world.machines[fault.machine];
  const met = () => coverage.met(kind);
  const write = (one: Write): void => {
    if (operators.write(machine, one)) met();
  };
  const startLater = () => {
    if (!Number.isFinite(ms)) return;
    scheduler.at(scheduler.now + ms, () => machine.start());
    world.quietFrom = Math.max(world.quietFrom, scheduler.now + ms);
  };
  const end = (how: () => void) => {
    if (machine.life?.isDead !== false) return;
    met();
    how();
    startLater();
  };
  switch (kind) {
    case 'crash':
      end(() => {
        world.say(machine.index, () => 'is killed');
        machine.kill();
      });
      return;
    case 'crash-at-await':
      machine.life?.atCrossing(Math.max(1, n), () => {
        end(() => {
          world.say(machine.index, () => 'is killed between two awaits');
          machine.kill();
        });
      });
      return;
    case 'reboot':
      end(() => {
        world.say(machine.index, () => 'loses power');
        machine.cutPower();
      });
      return;
    case 'freeze':
    case 'freeze-at-await': {
      const freeze = () => {
        if (!machine.isRunning) return;
        met();
        world.say(machine.index, () => `freezes for ${(ms / 1000).toFixed(2)} s`);
        const { life } = machine;
        machine.freeze();
        world.quietFrom = Math.max(world.quietFrom, scheduler.now + ms);
        scheduler.after(ms, () => {
          if (machine.life !== life) return;
          world.say(machine.index, () => 'thaws');
          machine.thaw();
        });
      };
      if (kind === 'freeze') freeze();
      else machine.life?.atCrossing(Math.max(1, n), freeze);
      return;
    }
    case 'stop': {
      const { life } = machine;
      machine.enter((daemon) => {
        met();
        world.say(machine.index, () => 'is told to stop');
        void daemon.stop().then(() => {
          scheduler.after(0, () => {
            if (machine.life !== life || life?.isDead !== false) return;
            world.say(machine.index, () => 'has stopped');
            machine.kill();
            startLater();
          });
        });
      });
      return;
    }
    case 'clock-jump':
      met();
      machine.clock.wallOffsetMs = (n - 50) * 3_600_000;
      return;
    case 'imds-stale':
      for (let at = 0; at <= ms; at += 500) {
        scheduler.after(at, () => {
          if (machine.enter((daemon) => daemon.wake())) met();
        });
      }
      return;
    case 'address-changed':
      // One in eight names the stranger's address, which must come to nothing.
      write({ field: 'address', nic: 'eth1', value: n < 12 ? FOREIGN[2] : operators.freshAddress() });
      return;
    case 'address-removed':
      write({ field: 'address', nic: 'eth1', value: null });
      return;
    case 'address-added':
      write({ field: 'address', nic: world.scenario.nics === 2 ? 'eth2' : 'eth1', value: operators.freshAddress() });
      return;
    case 'nic-removed':
      write({ field: 'entry', nic: world.scenario.nics === 2 && n % 2 === 0 ? 'eth2' : 'eth1', value: null });
      return;
    case 'timeout-changed':
      write({ field: 'timeout', value: 3 + (n % 5) });
      return;
    case 'mode-changed':
      write({ field: 'mode', value: n % 2 === 0 ? 'autoFailback' : 'manualFailback' });
      return;
    case 'handover-changed':
      write({ field: 'handover', value: n % 2 === 0 ? 'release' : 'move' });
      return;
    case 'active-changed':
      write({ field: 'active', value: UIDS[n % 2]! });
      return;
    case 'written-while-down':
      end(() => {
        world.say(machine.index, () => 'is killed, to be configured while it is down');
        machine.kill();
        operators.writeOffline(machine, offlineWrite(operators, n));
      });
      return;
    case 'disabled': {
      const disable = (value: boolean) => operators.write(machine, { field: 'enabled', uid: machine.uid, value });
      if (!disable(false)) return;
      met();
      if (Number.isFinite(ms)) scheduler.after(ms, () => persist(world, () => disable(true)));
      return;
    }
    case 'link-down': {
      const set = (up: boolean) => {
        machine.isLinkUp = up;
        machine.enter((daemon) => daemon.poke());
      };
      met();
      set(false);
      if (Number.isFinite(ms)) scheduler.after(ms, () => set(true));
      return;
    }
    case 'unassigned-by-hand':
      for (const [address, eniId] of [...world.ec2.held()]) {
        if (!operators.ours.has(address) || world.nicOf(machine, eniId) === undefined) continue;
        met();
        world.say(null, () => `somebody unassigns ${address}`);
        world.ec2.move(address, null);
      }
      return;
    case 'unbound-by-hand':
      for (const { address, device } of [...machine.kernel.bound()]) {
        if (!operators.ours.has(address)) continue;
        met();
        world.say(null, () => `somebody unbinds ${address} from ${machine.uid}`);
        machine.kernel.unbind(address, device);
      }
      return;
    default:
      return; // strikes in passing
  }
}

function offlineWrite(operators: Operators, n: number): Write {
  switch (n % 5) {
    case 0:
      return { field: 'timeout', value: 3 + (n % 4) };
    case 1:
      return { field: 'active', value: UIDS[n % 2]! };
    case 2:
      return { field: 'entry', nic: 'eth1', value: null };
    default:
      return { field: 'address', nic: 'eth1', value: operators.freshAddress() };
  }
}

/** An operator who finds the daemon gone comes back until it is there. */
function persist(world: World, attempt: () => boolean): void {
  if (attempt()) return;
  world.scheduler.after(500, () => persist(world, attempt));
}
