import type { Action } from './action';
import * as elasticIps from './elastic-ips';
import * as instances from './instances';
import * as networkInterfaces from './network-interfaces';
import * as secondaryAddresses from './secondary-addresses';
import * as tags from './tags';
import * as vpcs from './vpcs';

/** Every EC2 action known here, by name. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    AssignPrivateIpAddresses: secondaryAddresses.AssignPrivateIpAddresses,
    UnassignPrivateIpAddresses: secondaryAddresses.UnassignPrivateIpAddresses,
    CreateNetworkInterface: networkInterfaces.CreateNetworkInterface,
    DeleteNetworkInterface: networkInterfaces.DeleteNetworkInterface,
    AttachNetworkInterface: networkInterfaces.AttachNetworkInterface,
    DetachNetworkInterface: networkInterfaces.DetachNetworkInterface,
    ModifyNetworkInterfaceAttribute: networkInterfaces.ModifyNetworkInterfaceAttribute,
    DescribeNetworkInterfaces: networkInterfaces.DescribeNetworkInterfaces,
    RunInstances: instances.RunInstances,
    DescribeInstances: instances.DescribeInstances,
    StartInstances: instances.StartInstances,
    StopInstances: instances.StopInstances,
    TerminateInstances: instances.TerminateInstances,
    ModifyInstanceAttribute: instances.ModifyInstanceAttribute,
    CreateVpc: vpcs.CreateVpc,
    DeleteVpc: vpcs.DeleteVpc,
    DescribeVpcs: vpcs.DescribeVpcs,
    CreateSubnet: vpcs.CreateSubnet,
    DeleteSubnet: vpcs.DeleteSubnet,
    DescribeSubnets: vpcs.DescribeSubnets,
    CreateTags: tags.CreateTags,
    DeleteTags: tags.DeleteTags,
    DescribeTags: tags.DescribeTags,
    AllocateAddress: elasticIps.AllocateAddress,
    AssociateAddress: elasticIps.AssociateAddress,
    DisassociateAddress: elasticIps.DisassociateAddress,
    ReleaseAddress: elasticIps.ReleaseAddress,
    DescribeAddresses: elasticIps.DescribeAddresses,
  }),
);
