import type { ConfigView } from '../config';
import type { Machine } from '../world/machine';
import type { Operators } from '../world/operators';
import { FOREIGN, UIDS, type World } from '../world/world';

/** Can hold the addresses: runs, takes part, has its links. */
const isWell = (machine: Machine, view: ConfigView): boolean =>
  machine.isRunning && machine.daemon !== null && machine.isLinkUp && view.enabled[machine.uid] !== false;

/**
 * Once faults have stopped and one member is healthy with EC2 reachable: exactly the right addresses on exactly the right
 * ENI and NIC. Says what is not so yet; null: all is well, or nobody is left who could bring it about.
 *
 * - all wanted addresses on the ENIs of one member, by NIC, bound there and nowhere else, that member saying `active`;
 * - nothing else of ours bound anywhere, nor on the ENI of a member whose daemon runs. On the ENI of a member that
 *   is gone for good something may be left that is no longer wanted: nobody else touches that ENI, its next start does;
 * - both members well and linked, autoFailback: that member is the configured active one, if there is one;
 * - one of the two unwell but there: the other one.
 */
export function notConverged(world: World, operators: Operators): string | null {
  const views = world.machines.map((machine) => machine.daemon?.config() ?? null);
  const well = world.machines.filter((machine, i) => views[i] !== null && isWell(machine, views[i]!));
  const [first, second] = well;
  if (first === undefined) return null;
  const linked = world.network.passes(0) && world.network.passes(1);
  if (second !== undefined && !linked) return null; // who holds is told by `moves` and `bound`
  const view = first.daemon!.config();
  const other = world.peerOf(first);
  if (other.isRunning && linked && differs(view, other.daemon!.config())) return 'the members show different configs';

  const holders = world.machines.filter((machine) => machine.daemon?.phase() === 'active' && machine.isRunning);
  if (holders.length !== 1) return `${holders.length} members are active`;
  const holder = holders[0]!;
  if (!well.includes(holder)) return `${holder.uid} is active, though unfit, and its peer is not`;
  const expected = second !== undefined && view.mode === 'autoFailback' ? view.active : null;
  if (expected !== null && expected !== holder.uid) return `${holder.uid} is active, not the configured ${expected}`;
  return addresses(world, operators, view, holder);
}

function addresses(world: World, operators: Operators, view: ConfigView, holder: Machine): string | null {
  const isForeign = (address: string) => FOREIGN.some((one) => one === address);
  const wanted = new Map<string, string>();
  for (const nic of holder.nics) {
    const address = view.addresses[nic.nic];
    if (address === undefined) continue;
    // A value that is somebody else's is refused: what stays in its place is not for us to say.
    if (isForeign(address)) return null;
    wanted.set(address, nic.eniId);
  }
  for (const [address, eniId] of wanted) {
    const at = world.ec2.holder(address);
    if (at !== eniId) return `${address} is at ${at ?? 'no ENI'}, not ${eniId}`;
    const { device } = holder.nics.find((nic) => nic.eniId === eniId)!;
    if (!holder.kernel.isBound(address, device)) return `${address} is not bound on ${holder.uid} ${device}`;
  }
  for (const [address, eniId] of world.ec2.held()) {
    if (!operators.ours.has(address) || isForeign(address) || wanted.get(address) === eniId) continue;
    const owner = world.machines.find((one) => one.index === world.ec2.eni(eniId).machine);
    if (owner?.isRunning === true || wanted.has(address)) return `${address} is still at ${eniId}`;
  }
  for (const machine of world.machines) {
    for (const { address, device } of machine.kernel.bound()) {
      if (!operators.ours.has(address) || isForeign(address)) continue;
      const right = machine === holder && world.nicOf(machine, wanted.get(address) ?? null)?.device === device;
      if (!right) return `${address} is still bound on ${machine.uid} ${device}`;
    }
  }
  return null;
}

const differs = (a: ConfigView, b: ConfigView): boolean =>
  JSON.stringify(a.addresses) !== JSON.stringify(b.addresses) ||
  a.timeoutMs !== b.timeoutMs ||
  a.active !== b.active ||
  a.mode !== b.mode ||
  a.handover !== b.handover ||
  UIDS.some((uid) => a.enabled[uid] !== b.enabled[uid]);
