import { eniOf } from './eni-of';
import { newId, newPublicIp } from './ids';
import { instanceOf } from './instance-of';
import { refuse } from './refusal';
import { addressesOf, drop, enisOfInstance, put, type Eip, type Eni, type Tags, type VpcState } from './state';

const withEip = (state: VpcState, eip: Eip): VpcState => ({ ...state, eips: put(state.eips, eip.allocationId, eip) });

/** How a request names an Elastic IP. */
export type EipName = { allocationId: string } | { publicIp: string };

/** The Elastic IP of that name. Refuses an unknown one as AWS does. */
export function eipOf(state: VpcState, name: EipName): Eip {
  if ('allocationId' in name) {
    const eip = state.eips.get(name.allocationId);
    if (!eip) throw refuse.allocationMissing(name.allocationId);
    return eip;
  }
  const eip = [...state.eips.values()].find((one) => one.publicIp === name.publicIp);
  if (!eip) throw refuse.publicIpMissing(name.publicIp);
  return eip;
}

/** AllocateAddress. */
export function allocateAddress(state: VpcState, request: { tags: Tags }): { state: VpcState; eip: Eip } {
  const issued = newId(state, 'eipalloc');
  const publicIp = newPublicIp(issued.state);
  const eip: Eip = { allocationId: issued.id, publicIp: publicIp.ip, association: null, tags: request.tags };
  return { state: withEip(publicIp.state, eip), eip };
}

export interface AssociateRequest {
  eip: EipName;
  target: { eniId: string } | { instanceId: string };
  /** Default: the ENI's primary address. */
  privateIp?: string;
  allowReassociation: boolean;
}

/** AssociateAddress: one private address, one Elastic IP. */
export function associateAddress(
  state: VpcState,
  request: AssociateRequest,
): { state: VpcState; associationId: string } {
  const eip = eipOf(state, request.eip);
  const eni = targetOf(state, request.target);
  const privateIp = request.privateIp ?? eni.primary;
  if (!addressesOf(eni).includes(privateIp)) throw refuse.addressNotOnEni(privateIp, eni.eniId);
  if (eip.association?.eniId === eni.eniId && eip.association.privateIp === privateIp) {
    return { state, associationId: eip.association.associationId };
  }
  if (eip.association && !request.allowReassociation) {
    throw refuse.alreadyAssociated(eip.allocationId, eip.association.associationId);
  }
  const sitting = [...state.eips.values()].find(
    (one) => one.association?.eniId === eni.eniId && one.association.privateIp === privateIp,
  );
  if (sitting?.association && !request.allowReassociation) {
    throw refuse.alreadyAssociated(eni.eniId, sitting.association.associationId);
  }
  const issued = newId(state, 'eipassoc');
  const freed = sitting ? withEip(issued.state, { ...sitting, association: null }) : issued.state;
  const association = { associationId: issued.id, eniId: eni.eniId, privateIp };
  return { state: withEip(freed, { ...eip, association }), associationId: issued.id };
}

function targetOf(state: VpcState, target: AssociateRequest['target']): Eni {
  if ('eniId' in target) return eniOf(state, target.eniId);
  const instance = instanceOf(state, target.instanceId);
  const [primary] = enisOfInstance(state, instance.instanceId);
  if (!primary) throw refuse.instanceState(instance.instanceId, instance.state);
  return primary;
}

/** DisassociateAddress. */
export function disassociateAddress(
  state: VpcState,
  request: { associationId: string } | { publicIp: string },
): { state: VpcState } {
  if ('publicIp' in request) return { state: withEip(state, { ...eipOf(state, request), association: null }) };
  const { associationId } = request;
  const eip = [...state.eips.values()].find((one) => one.association?.associationId === associationId);
  if (!eip) throw refuse.associationMissing(associationId);
  return { state: withEip(state, { ...eip, association: null }) };
}

/** ReleaseAddress: only one that leads nowhere. */
export function releaseAddress(state: VpcState, name: EipName): { state: VpcState } {
  const eip = eipOf(state, name);
  if (eip.association) throw refuse.eipInUse(eip.publicIp);
  return { state: { ...state, eips: drop(state.eips, eip.allocationId) } };
}
