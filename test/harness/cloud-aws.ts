import {
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  UnassignPrivateIpAddressesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { realAdministrator } from './administrator';
import type { Cloud } from './cloud';
import { viewEni } from './eni-view';
import type { Scope } from './scope';
import { assign, eni } from './world';

/** The ENIs of a real account that a run may use. All three in one subnet; none in use for anything else. */
export interface AwsEnis {
  region: string;
  data: string;
  management: string;
  stranger: string;
}

/**
 * A real AWS account. Creates and deletes nothing: it assigns and unassigns secondary addresses of three given ENIs, and leaves
 * them without any. The addresses are unused ones of their subnet, from its upper end. Rejects when an ENI has secondary addresses already.
 */
export async function awsCloud(scope: Scope, given: AwsEnis, environment: NodeJS.ProcessEnv): Promise<Cloud> {
  const ec2 = realAdministrator(given.region);
  scope.defer('close the EC2 client', () => ec2.destroy());
  const ids = [given.data, given.management, given.stranger];
  for (const id of ids) {
    const { secondary } = await viewEni(ec2, id);
    if (secondary.length === 0) continue;
    throw new Error(
      `${id} has secondary addresses (${secondary.join(', ')}); the suite takes only ENIs that have none`,
    );
  }
  for (const id of ids) scope.defer(`clear ${id}`, () => clear(ec2, id));

  const subnet = await commonSubnet(ec2, ids);
  const [one, two, three, other, foreign, secondary] = await unused(ec2, subnet, 6);
  await assign(ec2, given.data, [foreign!]);
  await assign(ec2, given.stranger, [secondary!]);
  const [data, management, stranger] = await Promise.all(ids.map((id) => eni(ec2, id)));
  const nic = ({ id, mac, primary }: NonNullable<typeof data>) => ({
    eni: id,
    mac,
    primary,
    subnet: subnet.id,
    subnet_cidr: subnet.cidr,
  });
  return {
    ec2,
    control: null,
    world: {
      instanceId: '',
      data: data!,
      management: management!,
      dataSubnet: subnet,
      managementSubnet: subnet,
      foreign: foreign!,
      free: [one!, two!, three!],
      freeOnManagement: other!,
      stranger: { id: given.stranger, primary: stranger!.primary, secondary: secondary! },
    },
    node: {
      aws: { region: given.region },
      nics: { eth0: nic(management!), eth1: nic(data!) },
      env: Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('AWS_'))),
    },
  };
}

async function clear(ec2: EC2Client, id: string): Promise<void> {
  const { secondary } = await viewEni(ec2, id);
  if (secondary.length === 0) return;
  await ec2.send(new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: id, PrivateIpAddresses: secondary }));
}

async function commonSubnet(ec2: EC2Client, ids: string[]): Promise<{ id: string; cidr: string }> {
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ids }));
  const subnets = new Set((NetworkInterfaces ?? []).map((found) => found.SubnetId!));
  const [id] = subnets;
  if (id === undefined || subnets.size > 1) {
    throw new Error(`the ENIs must be in one subnet; they are in ${[...subnets].join(', ')}`);
  }
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
  return { id, cidr: Subnets![0]!.CidrBlock! };
}

/** Addresses of the subnet that no ENI holds, highest first. */
async function unused(ec2: EC2Client, subnet: { id: string; cidr: string }, count: number): Promise<string[]> {
  const taken = new Set<string>();
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeNetworkInterfacesCommand({
        Filters: [{ Name: 'subnet-id', Values: [subnet.id] }],
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    for (const found of page.NetworkInterfaces ?? [])
      for (const { PrivateIpAddress } of found.PrivateIpAddresses ?? []) taken.add(PrivateIpAddress!);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const [network, length] = subnet.cidr.split('/');
  const base = network!.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const addresses: string[] = [];
  const last = base + 2 ** (32 - Number(length)) - 2; // the very last is AWS's
  for (let n = last; n > base + 3 && addresses.length < count; n -= 1) {
    const address = [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join('.');
    if (!taken.has(address)) addresses.push(address);
  }
  if (addresses.length < count) throw new Error(`${subnet.id} has fewer than ${count} unused addresses`);
  return addresses;
}
