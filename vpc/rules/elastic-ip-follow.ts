import type { Eip, EipAssociation, VpcState } from './state';

function mapEips(state: VpcState, change: (association: EipAssociation) => EipAssociation | null): VpcState {
  let changed = false;
  const eips = new Map<string, Eip>();
  for (const [id, eip] of state.eips) {
    const association = eip.association && change(eip.association);
    changed ||= association !== eip.association;
    eips.set(id, association === eip.association ? eip : { ...eip, association });
  }
  return changed ? { ...state, eips } : state;
}

/** The Elastic IP of a reassigned address moves with it. */
export function followMove(state: VpcState, move: { address: string; from: string; to: string }): VpcState {
  return mapEips(state, (association) =>
    association.eniId === move.from && association.privateIp === move.address
      ? { ...association, eniId: move.to }
      : association,
  );
}

/** Elastic IPs of addresses that left an ENI lead nowhere. */
export function dropAssociations(state: VpcState, eniId: string, gone: (address: string) => boolean): VpcState {
  return mapEips(state, (association) =>
    association.eniId === eniId && gone(association.privateIp) ? null : association,
  );
}
