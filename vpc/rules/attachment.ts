import { dropAssociations } from './elastic-ip-follow';
import { checkRoom, eniOf } from './eni-of';
import { newId } from './ids';
import { instanceOf } from './instance-of';
import { limitsOf } from './limits';
import { refuse } from './refusal';
import { addressesOf, drop, enisOfInstance, withEni, type Attachment, type Eni, type VpcState } from './state';
import { subnetOf } from './subnet-space';

export interface AttachRequest {
  eniId: string;
  instanceId: string;
  deviceIndex: number;
  deleteOnTermination?: boolean;
  /** RFC 3339. */
  now: string;
}

/** AttachNetworkInterface: same zone, a free device index, within the instance type's limits. */
export function attachNetworkInterface(
  state: VpcState,
  request: AttachRequest,
): { state: VpcState; attachment: Attachment } {
  const eni = eniOf(state, request.eniId);
  const instance = instanceOf(state, request.instanceId);
  if (instance.state === 'terminated') throw refuse.instanceState(instance.instanceId, instance.state);
  if (eni.attachment) throw refuse.eniInUse(eni.eniId, eni.attachment.instanceId);
  const zone = (subnetId: string) => subnetOf(state, subnetId).availabilityZone;
  if (zone(eni.subnetId) !== zone(instance.subnetId)) throw refuse.otherZone();
  const others = enisOfInstance(state, instance.instanceId);
  if (others.some((other) => other.attachment?.deviceIndex === request.deviceIndex)) {
    throw refuse.deviceIndexInUse(instance.instanceId, request.deviceIndex);
  }
  const limits = limitsOf(instance.instanceType);
  if (limits && others.length + 1 > limits.enis) throw refuse.tooManyEnis(others.length + 1, instance.instanceType);

  const issued = newId(state, 'eni-attach');
  const attachment: Attachment = {
    attachmentId: issued.id,
    instanceId: instance.instanceId,
    deviceIndex: request.deviceIndex,
    deleteOnTermination: request.deleteOnTermination ?? false,
    attachTime: request.now,
  };
  const attached: Eni = { ...eni, attachment };
  checkRoom(state, attached, addressesOf(attached).length);
  return { state: withEni(issued.state, attached), attachment };
}

/** DetachNetworkInterface: any but the one of device index 0. */
export function detachNetworkInterface(state: VpcState, attachmentId: string): { state: VpcState } {
  const eni = [...state.enis.values()].find((one) => one.attachment?.attachmentId === attachmentId);
  if (!eni) throw refuse.attachmentMissing(attachmentId);
  if (eni.attachment?.deviceIndex === 0) throw refuse.primaryEniDetach();
  return { state: withEni(state, { ...eni, attachment: null }) };
}

/** DeleteNetworkInterface: only a detached one. */
export function deleteNetworkInterface(state: VpcState, eniId: string): { state: VpcState } {
  const eni = eniOf(state, eniId);
  if (eni.attachment) throw refuse.eniDeleteInUse(eniId);
  return { state: withoutEni(state, eniId) };
}

/** The state without the ENI; Elastic IPs that led to it lead nowhere. */
export function withoutEni(state: VpcState, eniId: string): VpcState {
  return dropAssociations({ ...state, enis: drop(state.enis, eniId) }, eniId, () => true);
}
