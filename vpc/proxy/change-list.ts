import type { VpcState } from '../rules/state';

/** What two states of secondary addresses differ in, as calls that lead from one to the other. */
export type Change =
  | { kind: 'unassign'; eniId: string; addresses: readonly string[] }
  | { kind: 'assign'; eniId: string; addresses: readonly string[] }
  | { kind: 'disassociate'; associationId: string; allocationId: string }
  | { kind: 'associate'; allocationId: string; eniId: string; privateIp: string };

/** The changes from `before` to `after`, taking away first: an upstream that checks nothing must never hold an address twice. */
export function changeList(before: VpcState, after: VpcState): readonly Change[] {
  const taken: Change[] = [];
  const given: Change[] = [];
  for (const [eniId, eni] of after.enis) {
    const old = before.enis.get(eniId)?.secondary ?? [];
    const gone = old.filter((address) => !eni.secondary.includes(address));
    const fresh = eni.secondary.filter((address) => !old.includes(address));
    if (gone.length > 0) taken.push({ kind: 'unassign', eniId, addresses: gone });
    if (fresh.length > 0) given.push({ kind: 'assign', eniId, addresses: fresh });
  }
  for (const [allocationId, eip] of after.eips) {
    const old = before.eips.get(allocationId)?.association ?? null;
    const now = eip.association;
    if (now && (old?.eniId !== now.eniId || old.privateIp !== now.privateIp)) {
      given.push({ kind: 'associate', allocationId, eniId: now.eniId, privateIp: now.privateIp });
    } else if (!now && old) {
      taken.push({ kind: 'disassociate', associationId: old.associationId, allocationId });
    }
  }
  return [...taken, ...given];
}
