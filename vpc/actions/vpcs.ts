import { filtersOf, newTagsOf } from '../query/request-parts';
import { applyFilters } from '../rules/filters';
import { SUBNET_FILTERS, VPC_FILTERS } from '../rules/filter-tables';
import { subnetOf } from '../rules/subnet-space';
import { createSubnet, createVpc, deleteSubnet, deleteVpc, vpcOf } from '../rules/vpcs';
import { arn, changing, DONE, reading } from './action';
import { subnetView, vpcView } from './views';

export const CreateVpc = changing({ resources: (_params, state) => [arn(state, 'vpc', '*')] }, (state, params) => {
  const result = createVpc(state, { cidr: params.string('CidrBlock'), tags: newTagsOf(params, 'vpc') });
  return { state: result.state, body: { vpc: vpcView(result.vpc, result.state) } };
});

export const DeleteVpc = changing(
  { resources: (params, state) => [arn(state, 'vpc', params.optional('VpcId') ?? '')] },
  (state, params) => ({ ...deleteVpc(state, params.string('VpcId')), body: DONE }),
);

export const DescribeVpcs = reading((state, params) => {
  const ids = params.list('VpcId');
  const all = ids.length > 0 ? ids.map((id) => vpcOf(state, id)) : [...state.vpcs.values()];
  const found = applyFilters(state, all, filtersOf(params), VPC_FILTERS);
  return { vpcSet: found.map((vpc) => vpcView(vpc, state)) };
});

export const CreateSubnet = changing(
  { resources: (params, state) => [arn(state, 'vpc', params.optional('VpcId') ?? ''), arn(state, 'subnet', '*')] },
  (state, params) => {
    const availabilityZone = params.optional('AvailabilityZone');
    const result = createSubnet(state, {
      vpcId: params.string('VpcId'),
      cidr: params.string('CidrBlock'),
      ...(availabilityZone === undefined ? {} : { availabilityZone }),
      tags: newTagsOf(params, 'subnet'),
    });
    return { state: result.state, body: { subnet: subnetView(result.subnet, result.state) } };
  },
);

export const DeleteSubnet = changing(
  { resources: (params, state) => [arn(state, 'subnet', params.optional('SubnetId') ?? '')] },
  (state, params) => ({ ...deleteSubnet(state, params.string('SubnetId')), body: DONE }),
);

export const DescribeSubnets = reading((state, params) => {
  const ids = params.list('SubnetId');
  const all = ids.length > 0 ? ids.map((id) => subnetOf(state, id)) : [...state.subnets.values()];
  const found = applyFilters(state, all, filtersOf(params), SUBNET_FILTERS);
  return { subnetSet: found.map((subnet) => subnetView(subnet, state)) };
});
