import { changeOf } from '../actions/network-interfaces';
import { launchNicsOf } from '../actions/instances';
import { Params } from '../query/params';
import { enisOfInstance, type VpcState } from '../rules/state';
import type { Overlay } from './overlay';
import type { Upstream } from './upstream';

/** A change that the upstream has carried out. */
export interface Carried {
  action: string;
  form: string;
  before: VpcState;
  after: VpcState;
}

/** What AWS does besides, and the upstream leaves out. True when that changed something. */
export async function afterChange(upstream: Upstream, overlay: Overlay, carried: Carried): Promise<boolean> {
  const params = Params.parse(carried.form);
  switch (carried.action) {
    case 'RunInstances':
      noteLaunch(overlay, carried, params);
      return true;
    case 'ModifyNetworkInterfaceAttribute': {
      const { attachment } = changeOf(params);
      const eniId = params.optional('NetworkInterfaceId');
      if (attachment && eniId !== undefined) overlay.deleteOnTermination.set(eniId, attachment.deleteOnTermination);
      return attachment !== undefined;
    }
    case 'ModifyInstanceAttribute':
      await mirrorSourceDestCheck(upstream, carried, params);
      return true;
    case 'TerminateInstances':
      for (const instanceId of params.list('InstanceId')) await removeEnis(upstream, carried, instanceId);
      return true;
    case 'AssociateAddress':
      noteEip(overlay, carried, params);
      return true;
    default:
      return false;
  }
}

/** An ENI made at launch goes with its instance unless the launch said otherwise. */
function noteLaunch(overlay: Overlay, { before, after }: Carried, params: Params): void {
  const kept = new Set(
    launchNicsOf(params).flatMap((nic) => ('eniId' in nic || nic.deleteOnTermination ? [] : [nic.deviceIndex])),
  );
  for (const eni of after.enis.values()) {
    if (before.enis.has(eni.eniId)) continue;
    overlay.deleteOnTermination.set(eni.eniId, !kept.has(eni.attachment?.deviceIndex ?? 0));
  }
}

async function mirrorSourceDestCheck(upstream: Upstream, { after }: Carried, params: Params): Promise<void> {
  const value = params.boolean('SourceDestCheck.Value');
  const [primary] = enisOfInstance(after, params.optional('InstanceId') ?? '');
  if (value === undefined || !primary) return;
  await upstream.call('ModifyNetworkInterfaceAttribute', {
    NetworkInterfaceId: primary.eniId,
    'SourceDestCheck.Value': String(value),
  });
}

/**
 * ENIs with DeleteOnTermination go. The others count as detached because their instance is terminated: detaching device 0
 * at moto breaks every later DescribeInstances.
 */
async function removeEnis(upstream: Upstream, { before, after }: Carried, instanceId: string): Promise<void> {
  for (const eni of enisOfInstance(before, instanceId)) {
    if (eni.attachment?.deleteOnTermination && after.enis.has(eni.eniId)) {
      await upstream.call('DeleteNetworkInterface', { NetworkInterfaceId: eni.eniId });
    }
  }
}

function noteEip(overlay: Overlay, { after }: Carried, params: Params): void {
  const allocationId = params.optional('AllocationId');
  const publicIp = params.optional('PublicIp');
  const eip = [...after.eips.values()].find((one) => one.allocationId === allocationId || one.publicIp === publicIp);
  if (!eip?.association) return;
  const primary = after.enis.get(eip.association.eniId)?.primary ?? '';
  overlay.eipTargets.set(eip.allocationId, params.optional('PrivateIpAddress') ?? primary);
}

/** Forgets what was noted about ENIs and associations that are gone. */
export function forgetGone(overlay: Overlay, state: VpcState): void {
  for (const id of [...overlay.deleteOnTermination.keys()]) {
    if (!state.enis.has(id)) overlay.deleteOnTermination.delete(id);
  }
  for (const id of [...overlay.eipTargets.keys()]) {
    if (!state.eips.get(id)?.association) overlay.eipTargets.delete(id);
  }
}
