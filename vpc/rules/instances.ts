import { attachNetworkInterface, withoutEni } from './attachment';
import { createNetworkInterface, type NewAddresses } from './create-eni';
import { eniOf } from './eni-of';
import { newId } from './ids';
import { instanceOf } from './instance-of';
import { limitsOf } from './limits';
import { refuse } from './refusal';
import { enisOfInstance, put, withEni, type Instance, type InstanceState, type Tags, type VpcState } from './state';
import { subnetOf } from './subnet-space';

/** One NIC of an instance at launch: an ENI that exists, or a new one. */
export type LaunchNic =
  | { deviceIndex: number; eniId: string }
  | {
      deviceIndex: number;
      subnetId: string;
      addresses: NewAddresses;
      description: string;
      groups: readonly string[];
      deleteOnTermination: boolean;
    };

export interface RunRequest {
  imageId: string;
  instanceType: string;
  count: number;
  role: string;
  /** At least the one of device index 0. */
  nics: readonly LaunchNic[];
  instanceTags: Tags;
  eniTags: Tags;
  /** RFC 3339. */
  now: string;
}

/** RunInstances: the instances run at once. */
export function runInstances(
  state: VpcState,
  request: RunRequest,
): { state: VpcState; reservationId: string; instanceIds: readonly string[] } {
  if (!limitsOf(request.instanceType)) throw refuse.instanceType(request.instanceType);
  const primary = request.nics.find((nic) => nic.deviceIndex === 0);
  if (!primary) throw refuse.missing('SubnetId');
  const reservation = newId(state, 'r');
  let after = reservation.state;
  const instanceIds: string[] = [];
  for (let index = 0; index < request.count; index += 1) {
    const launched = runOne(after, request, primary, reservation.id);
    after = launched.state;
    instanceIds.push(launched.instanceId);
  }
  return { state: after, reservationId: reservation.id, instanceIds };
}

function runOne(
  state: VpcState,
  request: RunRequest,
  primary: LaunchNic,
  reservationId: string,
): { state: VpcState; instanceId: string } {
  const subnetId = 'eniId' in primary ? eniOf(state, primary.eniId).subnetId : primary.subnetId;
  const issued = newId(state, 'i');
  const instance: Instance = {
    instanceId: issued.id,
    reservationId,
    imageId: request.imageId,
    instanceType: request.instanceType,
    state: 'running',
    subnetId,
    vpcId: subnetOf(state, subnetId).vpcId,
    role: request.role,
    launchTime: request.now,
    tags: request.instanceTags,
  };
  let after: VpcState = { ...issued.state, instances: put(issued.state.instances, instance.instanceId, instance) };
  for (const nic of request.nics) {
    let eniId: string;
    if ('eniId' in nic) eniId = nic.eniId;
    else {
      const created = createNetworkInterface(after, { ...nic, tags: request.eniTags });
      after = created.state;
      eniId = created.eni.eniId;
    }
    after = attachNetworkInterface(after, {
      eniId,
      instanceId: instance.instanceId,
      deviceIndex: nic.deviceIndex,
      deleteOnTermination: 'eniId' in nic ? false : nic.deleteOnTermination,
      now: request.now,
    }).state;
  }
  return { state: after, instanceId: instance.instanceId };
}

/** StopInstances and StartInstances: ENIs and their addresses stay. */
export function setInstanceState(
  state: VpcState,
  instanceIds: readonly string[],
  to: Exclude<InstanceState, 'terminated'>,
): { state: VpcState } {
  let instances = state.instances;
  for (const instanceId of instanceIds) {
    const instance = instanceOf(state, instanceId);
    if (instance.state === 'terminated') throw refuse.instanceState(instanceId, instance.state);
    instances = put(instances, instanceId, { ...instance, state: to });
  }
  return { state: { ...state, instances } };
}

/** TerminateInstances: ENIs with DeleteOnTermination go, the others are detached. */
export function terminateInstances(state: VpcState, instanceIds: readonly string[]): { state: VpcState } {
  for (const instanceId of instanceIds) instanceOf(state, instanceId);
  let after = state;
  for (const instanceId of instanceIds) {
    for (const eni of enisOfInstance(after, instanceId)) {
      after = eni.attachment?.deleteOnTermination
        ? withoutEni(after, eni.eniId)
        : withEni(after, { ...eni, attachment: null });
    }
    const instance = instanceOf(after, instanceId);
    after = { ...after, instances: put(after.instances, instanceId, { ...instance, state: 'terminated' }) };
  }
  return { state: after };
}
