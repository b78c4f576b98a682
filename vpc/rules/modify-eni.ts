import { eniOf } from './eni-of';
import { instanceOf } from './instance-of';
import { refuse } from './refusal';
import { enisOfInstance, withEni, type VpcState } from './state';

/** One kind of attribute is changed by one call; naming several refuses it. */
export interface EniChange {
  sourceDestCheck?: boolean;
  description?: string;
  groupSet?: readonly string[];
  attachment?: { attachmentId: string; deleteOnTermination: boolean };
}

/** ModifyNetworkInterfaceAttribute. */
export function modifyNetworkInterfaceAttribute(
  state: VpcState,
  request: { eniId: string; change: EniChange },
): { state: VpcState } {
  const { change } = request;
  const kinds = Object.keys(change);
  if (kinds.length > 1) throw refuse.severalAttributes(kinds);
  if (kinds.length === 0) throw refuse.noAttribute();
  const eni = eniOf(state, request.eniId);
  if (change.attachment === undefined) {
    return {
      state: withEni(state, {
        ...eni,
        sourceDestCheck: change.sourceDestCheck ?? eni.sourceDestCheck,
        description: change.description ?? eni.description,
        groups: change.groupSet ?? eni.groups,
      }),
    };
  }
  const { attachmentId, deleteOnTermination } = change.attachment;
  if (eni.attachment?.attachmentId !== attachmentId) throw refuse.attachmentMissing(attachmentId);
  return { state: withEni(state, { ...eni, attachment: { ...eni.attachment, deleteOnTermination } }) };
}

/** ModifyInstanceAttribute of the source/destination check: the instance's value is its primary ENI's. */
export function modifyInstanceSourceDestCheck(
  state: VpcState,
  request: { instanceId: string; sourceDestCheck: boolean },
): { state: VpcState } {
  const instance = instanceOf(state, request.instanceId);
  const [primary] = enisOfInstance(state, instance.instanceId);
  if (!primary) throw refuse.instanceState(instance.instanceId, instance.state);
  return { state: withEni(state, { ...primary, sourceDestCheck: request.sourceDestCheck }) };
}
