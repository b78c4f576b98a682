import type { Change } from './change-list';
import type { Overlay } from './overlay';
import type { Upstream } from './upstream';

const numbered = (addresses: readonly string[]): Record<string, string> =>
  Object.fromEntries(addresses.map((address, index) => [`PrivateIpAddress.${index + 1}`, address]));

async function applyOne(upstream: Upstream, overlay: Overlay, change: Change): Promise<void> {
  switch (change.kind) {
    case 'unassign':
      await upstream.call('UnassignPrivateIpAddresses', {
        NetworkInterfaceId: change.eniId,
        ...numbered(change.addresses),
      });
      return;
    case 'assign':
      await upstream.call('AssignPrivateIpAddresses', {
        NetworkInterfaceId: change.eniId,
        ...numbered(change.addresses),
      });
      return;
    case 'disassociate':
      await upstream.call('DisassociateAddress', { AssociationId: change.associationId });
      overlay.eipTargets.delete(change.allocationId);
      return;
    case 'associate':
      await upstream.call('AssociateAddress', {
        AllocationId: change.allocationId,
        NetworkInterfaceId: change.eniId,
        AllowReassociation: 'true',
      });
      overlay.eipTargets.set(change.allocationId, change.privateIp);
  }
}

/** The change that takes one back; null where nothing can. */
function opposite(change: Change): Change | null {
  if (change.kind === 'unassign') return { ...change, kind: 'assign' };
  return change.kind === 'assign' ? { ...change, kind: 'unassign' } : null;
}

/** Carries the changes out at the upstream. When one fails, the addresses moved before it are put back. */
export async function applyChanges(upstream: Upstream, overlay: Overlay, changes: readonly Change[]): Promise<void> {
  const done: Change[] = [];
  try {
    for (const change of changes) {
      await applyOne(upstream, overlay, change);
      done.push(change);
    }
  } catch (error) {
    for (const change of done.reverse()) {
      const back = opposite(change);
      if (back) await applyOne(upstream, overlay, back);
    }
    throw error;
  }
}
