import { administrator } from './administrator';
import type { Cloud } from './cloud';
import type { Scope } from './scope';
import { startVpcProcess } from './vpc-process';
import { createWorld } from './world';

/** Starts the VPC emulator, in front of `upstream` if given, and builds a world in it. */
export async function emulatedCloud(scope: Scope, bundle: string, upstream?: string): Promise<Cloud> {
  const control = await startVpcProcess(bundle, upstream);
  scope.defer('stop the VPC', () => control.stop());
  const ec2 = administrator(control.endpoint);
  scope.defer('close the EC2 client', () => ec2.destroy());
  const world = await createWorld(ec2);
  const imds = await control.imds(world.instanceId);
  return {
    ec2,
    world,
    control,
    node: { aws: { ec2_endpoint: control.endpoint, imds_endpoint: imds }, nics: {}, env: {} },
  };
}
