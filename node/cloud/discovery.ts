import type { Ec2Port } from '../reconciler/ports';
import { range, toAddress } from '../reconciler/cidr';
import { ImdsError } from './imds-error';
import type { Imds } from './imds';

/** What the node's config says itself instead of asking IMDS (`nics.NAME` of node.yaml). */
export interface NicOverrides {
  eni?: string | undefined;
  mac?: string | undefined;
  subnet?: string | undefined;
  subnet_cidr?: string | undefined;
  primary?: string | undefined;
}

/** What IMDS (or the config) says about the ENI behind a NIC. */
export interface DiscoveredNic {
  nic: string;
  mac: string | null;
  eniId: string;
  subnetId: string;
  subnetCidr: string;
  /** The ENI's primary private IPv4 address. */
  primary: string;
  /** The VPC's router in this subnet: its first host address. */
  gateway: string;
  /** Empty when only the config was asked. */
  vpcCidrs: string[];
}

/** What IMDS (or the config) says about the instance. */
export interface DiscoveredInstance {
  /** Null when the config gave the region and IMDS cannot be asked. */
  instanceId: string | null;
  region: string;
}

/** The instance and its region. With `region` given, IMDS need not answer. Rejects with an `ImdsError`. */
export async function discoverInstance(
  imds: Imds,
  overrides: { region?: string | undefined } = {},
): Promise<DiscoveredInstance> {
  if (overrides.region === undefined) {
    const [instanceId, region] = await Promise.all([imds.get('instance-id'), imds.get('placement/region')]);
    return { instanceId, region };
  }
  try {
    return { instanceId: await imds.get('instance-id'), region: overrides.region };
  } catch (error) {
    if (error instanceof ImdsError) return { instanceId: null, region: overrides.region };
    throw error;
  }
}

/** What {@link discoverNic} needs. */
export interface NicQuestion {
  /** The name in the config. */
  nic: string;
  /** The NIC's MAC address as the operating system has it; null when it has no such NIC. */
  mac: string | null;
  overrides?: NicOverrides | undefined;
  imds: Imds;
  /** Asked for what neither the config nor IMDS says, once the ENI is known. */
  ec2?: Pick<Ec2Port, 'describeEni'> | undefined;
}

/** The ENI behind a NIC, found by its MAC address. Rejects with a sentence that names the NIC and the way out. */
export async function discoverNic({ nic, mac: seen, overrides = {}, imds, ec2 }: NicQuestion): Promise<DiscoveredNic> {
  const { eni, subnet, subnet_cidr, primary } = overrides;
  const mac = (overrides.mac ?? seen)?.toLowerCase() ?? null;
  if (eni !== undefined && subnet_cidr !== undefined) {
    // Then IMDS is not needed at all, as on a machine outside EC2.
    const known = subnet !== undefined && primary !== undefined ? null : await describe(nic, eni, ec2);
    return complete(nic, mac, {
      eniId: eni,
      subnetId: subnet ?? known?.subnetId ?? '',
      subnetCidr: subnet_cidr,
      primary: primary ?? known?.primary ?? '',
      vpcCidrs: [],
    });
  }
  const path = await macPath(nic, mac, eni, imds);
  const [eniId, subnetId, subnetCidr, addresses, vpcCidrs] = await Promise.all([
    eni ?? imds.get(`${path}/interface-id`),
    subnet ?? imds.get(`${path}/subnet-id`),
    subnet_cidr ?? imds.get(`${path}/subnet-ipv4-cidr-block`),
    primary ?? imds.get(`${path}/local-ipv4s`),
    imds.get(`${path}/vpc-ipv4-cidr-blocks`),
  ]);
  const [first = ''] = lines(addresses);
  return complete(nic, mac, { eniId, subnetId, subnetCidr, primary: first, vpcCidrs: lines(vpcCidrs) });
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

function complete(
  nic: string,
  mac: string | null,
  found: Omit<DiscoveredNic, 'nic' | 'mac' | 'gateway'>,
): DiscoveredNic {
  const gateway = toAddress(range(found.subnetCidr).first + 1);
  return { nic, mac, ...found, gateway };
}

async function describe(nic: string, eni: string, ec2: NicQuestion['ec2']) {
  if (ec2 === undefined) {
    throw new Error(`nics.${nic} in node.yaml names the ENI ${eni}, but not its subnet and primary address; add both.`);
  }
  return ec2.describeEni(eni);
}

/** Where IMDS keeps what it knows of the NIC. */
async function macPath(nic: string, mac: string | null, eni: string | undefined, imds: Imds): Promise<string> {
  const root = 'network/interfaces/macs';
  const macs = lines(await imds.get(`${root}/`)).map((line) => line.replace(/\/$/, ''));
  const known = await Promise.all(macs.map(async (m) => ({ m, eniId: await imds.get(`${root}/${m}/interface-id`) })));
  const found = known.find(({ m, eniId }) => (eni === undefined ? m.toLowerCase() === mac : eniId === eni));
  if (found !== undefined) return `${root}/${found.m}`;
  const list = known.map(({ m, eniId }) => `${eniId} (${m})`).join(', ') || 'none';
  throw new Error(
    eni === undefined
      ? `No ENI of this instance belongs to ${nic} (${mac ?? 'no such NIC here'}); the instance has ${list}. Check the ` +
          `name of the NIC, or name its ENI under nics.${nic}.eni in node.yaml.`
      : `nics.${nic}.eni in node.yaml is ${eni}, which is not attached to this instance; the instance has ${list}.`,
  );
}
