import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RunInstancesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { assign, eni, type Eni } from '../harness/world';
import { DATA, GATEWAYS, LAN_ADDRESS, MANAGEMENT, PLAN, VPC_CIDR, type GatewayName } from './network/plan';

/** One gateway as EC2 knows it. */
export interface GatewayInstance {
  instanceId: string;
  management: Eni;
  data: Eni;
}

/** Two gateways in two subnets, and a LAN host in the second. */
export interface LabWorld {
  gateways: Readonly<Record<GatewayName, GatewayInstance>>;
  lan: Eni;
}

/** Builds it as the administrator; the data ENIs have their source/dest check off, and one foreign address each. */
export async function createLabWorld(ec2: EC2Client): Promise<LabWorld> {
  const vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: VPC_CIDR }))).Vpc!.VpcId!;
  const subnet = async (cidr: string) =>
    (await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: cidr, AvailabilityZone: 'us-east-1a' }))).Subnet!
      .SubnetId!;
  const management = await subnet(MANAGEMENT.cidr);
  const data = await subnet(DATA.cidr);
  const gateways: Partial<Record<GatewayName, GatewayInstance>> = {};
  for (const name of GATEWAYS) gateways[name] = await createGateway(ec2, name, { management, data });
  const lan = await createEni(ec2, data, LAN_ADDRESS);
  return { gateways: gateways as Record<GatewayName, GatewayInstance>, lan: await eni(ec2, lan) };
}

async function createGateway(
  ec2: EC2Client,
  name: GatewayName,
  subnets: { management: string; data: string },
): Promise<GatewayInstance> {
  const plan = PLAN[name];
  const run = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0abcdef1234567890',
      InstanceType: 't3.medium',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnets.management,
      PrivateIpAddress: plan.management,
    }),
  );
  const instanceId = run.Instances![0]!.InstanceId!;
  const described = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const managementId = described.Reservations![0]!.Instances![0]!.NetworkInterfaces![0]!.NetworkInterfaceId!;
  const dataId = await createEni(ec2, subnets.data, plan.data);
  await ec2.send(
    new AttachNetworkInterfaceCommand({ NetworkInterfaceId: dataId, InstanceId: instanceId, DeviceIndex: 1 }),
  );
  await setSourceDestCheck(ec2, dataId, false);
  await assign(ec2, dataId, [plan.foreign]);
  return { instanceId, management: await eni(ec2, managementId), data: await eni(ec2, dataId) };
}

/** Off: the ENI passes on what is not addressed to it. */
export async function setSourceDestCheck(ec2: EC2Client, eniId: string, on: boolean): Promise<void> {
  const SourceDestCheck = { Value: on };
  await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: eniId, SourceDestCheck }));
}

async function createEni(ec2: EC2Client, subnetId: string, address: string): Promise<string> {
  const command = new CreateNetworkInterfaceCommand({ SubnetId: subnetId, PrivateIpAddress: address });
  return (await ec2.send(command)).NetworkInterface!.NetworkInterfaceId!;
}
