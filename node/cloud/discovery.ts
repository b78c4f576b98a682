/** What the node's config says itself instead of asking IMDS (`nics.NAME` of node.yaml). */
export interface NicOverrides {
  eni?: string;
  mac?: string;
  subnet_cidr?: string;
  primary?: string;
}

/** What IMDS (or the config) says about the ENI behind a NIC. */
export interface DiscoveredNic {
  nic: string;
  mac: string;
  eniId: string;
  subnetId: string;
  subnetCidr: string;
  /** The ENI's primary private IPv4 address. */
  primary: string;
  /** The VPC's router in this subnet: its first host address. */
  gateway: string;
  vpcCidrs: string[];
}

/** What IMDS (or the config) says about the instance. */
export interface DiscoveredInstance {
  instanceId: string;
  region: string;
}
