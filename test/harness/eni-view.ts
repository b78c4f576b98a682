import { DescribeNetworkInterfacesCommand, type EC2Client } from '@aws-sdk/client-ec2';

/** The private IPv4 addresses of an ENI. */
export interface EniAddresses {
  primary: string;
  secondary: string[];
}

/** What an ENI holds now, asked as the administrator rather than as the node. */
export async function viewEni(ec2: EC2Client, eniId: string): Promise<EniAddresses> {
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eniId] }));
  const addresses = NetworkInterfaces?.[0]?.PrivateIpAddresses ?? [];
  const primary = addresses.find((a) => a.Primary)?.PrivateIpAddress;
  if (primary === undefined)
    throw new Error(`${eniId} has no primary address; EC2 described ${JSON.stringify(NetworkInterfaces)}`);
  return { primary, secondary: addresses.filter((a) => !a.Primary).map((a) => a.PrivateIpAddress!) };
}
