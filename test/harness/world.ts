import {
  AssignPrivateIpAddressesCommand,
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RunInstancesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';

/** An ENI that exists. */
export interface Eni {
  id: string;
  mac: string;
  primary: string;
}

/** A gateway instance: eth0 for management, eth1 (the data ENI) in the subnet of the cluster IPs. */
export interface GatewayInstance {
  instanceId: string;
  management: Eni;
  data: Eni;
}

/** One gateway instance, and a stranger. */
export interface World extends GatewayInstance {
  managementSubnet: { id: string; cidr: string };
  dataSubnet: { id: string; cidr: string };
  /** A secondary address of the data ENI that is somebody else's (a pod, another tool). */
  foreign: string;
  /** Unused addresses of the data subnet, to be cluster IPs. */
  free: readonly [string, string, string];
  /** An unused address of the management ENI's subnet. */
  freeOnManagement: string;
  /** An ENI in the data subnet that is no member's, with one secondary address. */
  stranger: { id: string; primary: string; secondary: string };
}

/** Builds it in a VPC of its own, so that runs against one endpoint do not meet. */
export async function createWorld(ec2: EC2Client): Promise<World> {
  const vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc!.VpcId!;
  const subnet = async (cidr: string) =>
    (await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: cidr, AvailabilityZone: 'us-east-1a' }))).Subnet!
      .SubnetId!;
  const managementSubnet = await subnet('10.0.0.0/24');
  const dataSubnet = await subnet('10.0.1.0/24');

  const subnets = { management: managementSubnet, data: dataSubnet };
  const gateway = await createGateway(ec2, subnets, { management: '10.0.0.10', data: '10.0.1.10' });
  const dataId = gateway.data.id;
  const foreign = '10.0.1.77';
  await assign(ec2, dataId, [foreign]);
  const stranger = {
    id: await createEni(ec2, dataSubnet, '10.0.1.20', 'somebody else'),
    primary: '10.0.1.20',
    secondary: '10.0.1.21',
  };
  await assign(ec2, stranger.id, [stranger.secondary]);
  return {
    ...gateway,
    managementSubnet: { id: managementSubnet, cidr: '10.0.0.0/24' },
    dataSubnet: { id: dataSubnet, cidr: '10.0.1.0/24' },
    foreign,
    free: ['10.0.1.50', '10.0.1.51', '10.0.1.52'],
    freeOnManagement: '10.0.0.60',
    stranger,
  };
}

/** Starts an instance with both ENIs at these primary addresses; the data ENI's source/destination check is off. */
export async function createGateway(
  ec2: EC2Client,
  subnets: { management: string; data: string },
  primary: { management: string; data: string },
): Promise<GatewayInstance> {
  const run = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0abcdef1234567890',
      InstanceType: 't3.medium',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnets.management,
      PrivateIpAddress: primary.management,
    }),
  );
  const instanceId = run.Instances![0]!.InstanceId!;
  const described = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const managementId = described.Reservations![0]!.Instances![0]!.NetworkInterfaces![0]!.NetworkInterfaceId!;
  const dataId = await createEni(ec2, subnets.data, primary.data, `data ENI at ${primary.data}`);
  await ec2.send(
    new AttachNetworkInterfaceCommand({ NetworkInterfaceId: dataId, InstanceId: instanceId, DeviceIndex: 1 }),
  );
  await ec2.send(
    new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: dataId, SourceDestCheck: { Value: false } }),
  );
  return { instanceId, management: await eni(ec2, managementId), data: await eni(ec2, dataId) };
}

async function createEni(ec2: EC2Client, subnetId: string, primary: string, description: string): Promise<string> {
  const created = await ec2.send(
    new CreateNetworkInterfaceCommand({ SubnetId: subnetId, PrivateIpAddress: primary, Description: description }),
  );
  return created.NetworkInterface!.NetworkInterfaceId!;
}

/** Adds secondary addresses as the administrator. */
export async function assign(ec2: EC2Client, eniId: string, addresses: string[]): Promise<void> {
  await ec2.send(new AssignPrivateIpAddressesCommand({ NetworkInterfaceId: eniId, PrivateIpAddresses: addresses }));
}

/** Looks up an ENI. */
export async function eni(ec2: EC2Client, id: string): Promise<Eni> {
  const found = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }));
  const { MacAddress, PrivateIpAddress } = found.NetworkInterfaces![0]!;
  return { id, mac: MacAddress!, primary: PrivateIpAddress! };
}
