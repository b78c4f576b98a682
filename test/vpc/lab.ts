import {
  AssignPrivateIpAddressesCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  RunInstancesCommand,
  UnassignPrivateIpAddressesCommand,
  type AssignPrivateIpAddressesCommandInput,
  type CreateNetworkInterfaceCommandInput,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';

/** A client of the unmodified SDK with an administrator's rights that reports every refusal at once. */
export const ec2Client = (endpoint: string): EC2Client =>
  new EC2Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAADMINISTRATOR000', secretAccessKey: 'administrator' },
    maxAttempts: 1,
  });

/** A VPC for one case: subnet 10.0.1.0/24 with ENI A (primary .10, of a t3.medium) and ENI B (primary .11, on the shelf). */
export interface Lab {
  ec2: EC2Client;
  endpoint: string;
  vpcId: string;
  subnetId: string;
  instanceId: string;
  /** Attached, device index 0; its instance type allows 6 addresses. */
  a: string;
  b: string;
}

export async function createLab(endpoint: string): Promise<Lab> {
  const ec2 = ec2Client(endpoint);
  const vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc!.VpcId!;
  const subnetId = await createSubnet({ ec2, vpcId }, '10.0.1.0/24', 'us-east-1a');
  const run = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0abcdef1234567890',
      InstanceType: 't3.medium',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnetId,
      PrivateIpAddress: '10.0.1.10',
    }),
  );
  const instance = run.Instances![0]!;
  const lab = { ec2, endpoint, vpcId, subnetId, instanceId: instance.InstanceId! };
  const a = instance.NetworkInterfaces![0]!.NetworkInterfaceId!;
  return { ...lab, a, b: await createEni(lab, { PrivateIpAddress: '10.0.1.11' }) };
}

export async function createSubnet(lab: Pick<Lab, 'ec2' | 'vpcId'>, cidr: string, zone: string): Promise<string> {
  const command = new CreateSubnetCommand({ VpcId: lab.vpcId, CidrBlock: cidr, AvailabilityZone: zone });
  return (await lab.ec2.send(command)).Subnet!.SubnetId!;
}

/** Makes an ENI, in the lab's subnet unless another is named; returns its id. */
export async function createEni(
  lab: Pick<Lab, 'ec2' | 'subnetId'>,
  input: Partial<CreateNetworkInterfaceCommandInput>,
): Promise<string> {
  const command = new CreateNetworkInterfaceCommand({ SubnetId: lab.subnetId, ...input });
  return (await lab.ec2.send(command)).NetworkInterface!.NetworkInterfaceId!;
}

/** AssignPrivateIpAddresses; returns the addresses of the answer. `reassign` absent: the field is not sent. */
export async function assign(lab: Lab, eni: string, addresses: string[], reassign?: boolean): Promise<string[]> {
  return assignBy(lab, {
    NetworkInterfaceId: eni,
    PrivateIpAddresses: addresses,
    ...(reassign === undefined ? {} : { AllowReassignment: reassign }),
  });
}

export async function assignBy(lab: Lab, input: AssignPrivateIpAddressesCommandInput): Promise<string[]> {
  const answer = await lab.ec2.send(new AssignPrivateIpAddressesCommand(input));
  return answer.AssignedPrivateIpAddresses!.map((one) => one.PrivateIpAddress!);
}

export async function unassign(lab: Lab, eni: string, addresses: string[]): Promise<void> {
  await lab.ec2.send(new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: eni, PrivateIpAddresses: addresses }));
}

export async function describeEni(lab: Lab, eni: string): Promise<NetworkInterface> {
  const answer = await lab.ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] }));
  return answer.NetworkInterfaces![0]!;
}

/** All addresses of an ENI, in EC2's order. */
export async function addresses(lab: Lab, eni: string): Promise<string[]> {
  return (await describeEni(lab, eni)).PrivateIpAddresses!.map((one) => one.PrivateIpAddress!);
}

/** ENIs of the lab's VPC that a filter finds. */
export async function findEnis(lab: Lab, name: string, ...values: string[]): Promise<string[]> {
  const answer = await lab.ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [
        { Name: 'vpc-id', Values: [lab.vpcId] },
        { Name: name, Values: values },
      ],
    }),
  );
  return answer.NetworkInterfaces!.map((eni) => eni.NetworkInterfaceId!).sort();
}

export async function freeAddresses(lab: Lab, subnetId: string): Promise<number> {
  const answer = await lab.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] }));
  return answer.Subnets![0]!.AvailableIpAddressCount!;
}

/** A refusal as the SDK shows it. */
export interface Refused {
  code: string;
  status: number;
  message: string;
}

/** The refusal a call met; `null` when it was not refused. */
export async function refusal(call: Promise<unknown>): Promise<Refused | null> {
  try {
    await call;
    return null;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { code: name, message, status: $metadata?.httpStatusCode ?? 0 };
  }
}
