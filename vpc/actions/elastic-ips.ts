import type { Params } from '../query/params';
import { filtersOf, newTagsOf } from '../query/request-parts';
import {
  allocateAddress,
  associateAddress,
  disassociateAddress,
  eipOf,
  releaseAddress,
  type EipName,
} from '../rules/elastic-ip';
import { applyFilters } from '../rules/filters';
import { EIP_FILTERS } from '../rules/filter-tables';
import { refuse } from '../rules/refusal';
import { arn, changing, DONE, reading } from './action';
import { eipView } from './views';

function nameOf(params: Params): EipName {
  const allocationId = params.optional('AllocationId');
  const publicIp = params.optional('PublicIp');
  if (allocationId !== undefined) return { allocationId };
  if (publicIp !== undefined) return { publicIp };
  throw refuse.missing('AllocationId');
}

export const AllocateAddress = changing(
  { resources: (_params, state) => [arn(state, 'elastic-ip', '*')] },
  (state, params) => {
    params.optional('Domain');
    const { state: after, eip } = allocateAddress(state, { tags: newTagsOf(params, 'elastic-ip') });
    return {
      state: after,
      body: { publicIp: eip.publicIp, domain: 'vpc', allocationId: eip.allocationId, networkBorderGroup: state.region },
    };
  },
);

export const AssociateAddress = changing(
  {
    resources: (params, state) => [
      arn(state, 'elastic-ip', params.optional('AllocationId') ?? '*'),
      arn(state, 'network-interface', params.optional('NetworkInterfaceId') ?? '*'),
    ],
  },
  (state, params) => {
    const eniId = params.optional('NetworkInterfaceId');
    const privateIp = params.optional('PrivateIpAddress');
    const result = associateAddress(state, {
      eip: nameOf(params),
      target: eniId === undefined ? { instanceId: params.string('InstanceId') } : { eniId },
      ...(privateIp === undefined ? {} : { privateIp }),
      allowReassociation: params.boolean('AllowReassociation') ?? false,
    });
    return { state: result.state, body: { ...DONE, associationId: result.associationId } };
  },
);

export const DisassociateAddress = changing(
  { resources: (_params, state) => [arn(state, 'elastic-ip', '*'), arn(state, 'network-interface', '*')] },
  (state, params) => {
    const associationId = params.optional('AssociationId');
    const request = associationId === undefined ? { publicIp: params.string('PublicIp') } : { associationId };
    return { ...disassociateAddress(state, request), body: DONE };
  },
);

export const ReleaseAddress = changing(
  { resources: (params, state) => [arn(state, 'elastic-ip', params.optional('AllocationId') ?? '*')] },
  (state, params) => ({ ...releaseAddress(state, nameOf(params)), body: DONE }),
);

export const DescribeAddresses = reading((state, params) => {
  const names: EipName[] = [
    ...params.list('AllocationId').map((allocationId) => ({ allocationId })),
    ...params.list('PublicIp').map((publicIp) => ({ publicIp })),
  ];
  const all = names.length > 0 ? names.map((name) => eipOf(state, name)) : [...state.eips.values()];
  const found = applyFilters(state, all, filtersOf(params), EIP_FILTERS);
  return { addressesSet: found.map((eip) => eipView(eip, state)) };
});
