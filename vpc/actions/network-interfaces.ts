import type { Params } from '../query/params';
import { filtersOf, newAddressesOf, newTagsOf, pagingOf } from '../query/request-parts';
import { attachNetworkInterface, deleteNetworkInterface, detachNetworkInterface } from '../rules/attachment';
import { createNetworkInterface } from '../rules/create-eni';
import { eniOf } from '../rules/eni-of';
import { applyFilters } from '../rules/filters';
import { ENI_FILTERS } from '../rules/filter-tables';
import { modifyNetworkInterfaceAttribute, type EniChange } from '../rules/modify-eni';
import { page } from '../rules/paging';
import { refuse } from '../rules/refusal';
import { arn, changing, DONE, eniResource, reading } from './action';
import { eniView } from './views';

export const CreateNetworkInterface = changing(
  {
    resources: (params, state) => [
      arn(state, 'subnet', params.optional('SubnetId') ?? ''),
      arn(state, 'network-interface', '*'),
    ],
  },
  (state, params) => {
    const result = createNetworkInterface(state, {
      subnetId: params.string('SubnetId'),
      addresses: newAddressesOf(params),
      description: params.optional('Description') ?? '',
      groups: params.list('SecurityGroupId'),
      tags: newTagsOf(params, 'network-interface'),
    });
    return { state: result.state, body: { networkInterface: eniView(result.eni, result.state) } };
  },
);

export const DeleteNetworkInterface = changing({ resources: eniResource }, (state, params) => ({
  ...deleteNetworkInterface(state, params.string('NetworkInterfaceId')),
  body: DONE,
}));

export const AttachNetworkInterface = changing(
  {
    resources: (params, state) => [
      ...eniResource(params, state),
      arn(state, 'instance', params.optional('InstanceId') ?? ''),
    ],
  },
  (state, params, now) => {
    const deviceIndex = params.integer('DeviceIndex');
    if (deviceIndex === undefined) throw refuse.missing('DeviceIndex');
    const result = attachNetworkInterface(state, {
      eniId: params.string('NetworkInterfaceId'),
      instanceId: params.string('InstanceId'),
      deviceIndex,
      now,
    });
    return {
      state: result.state,
      body: { attachmentId: result.attachment.attachmentId, networkCardIndex: 0 },
    };
  },
);

export const DetachNetworkInterface = changing(
  {
    resources: (params, state) => {
      const id = params.optional('AttachmentId');
      const eni = [...state.enis.values()].find((one) => one.attachment?.attachmentId === id);
      return [arn(state, 'network-interface', eni?.eniId ?? '*')];
    },
  },
  (state, params) => {
    params.boolean('Force');
    return { ...detachNetworkInterface(state, params.string('AttachmentId')), body: DONE };
  },
);

/** The fields of ModifyNetworkInterfaceAttribute. */
export function changeOf(params: Params): EniChange {
  const sourceDestCheck = params.boolean('SourceDestCheck.Value');
  const description = params.optional('Description.Value');
  const groupSet = params.list('SecurityGroupId');
  const attachmentId = params.optional('Attachment.AttachmentId');
  const deleteOnTermination = params.boolean('Attachment.DeleteOnTermination') ?? false;
  return {
    ...(sourceDestCheck === undefined ? {} : { sourceDestCheck }),
    ...(description === undefined ? {} : { description }),
    ...(groupSet.length === 0 ? {} : { groupSet }),
    ...(attachmentId === undefined ? {} : { attachment: { attachmentId, deleteOnTermination } }),
  };
}

export const ModifyNetworkInterfaceAttribute = changing({ resources: eniResource }, (state, params) => ({
  ...modifyNetworkInterfaceAttribute(state, { eniId: params.string('NetworkInterfaceId'), change: changeOf(params) }),
  body: DONE,
}));

export const DescribeNetworkInterfaces = reading((state, params) => {
  const ids = params.list('NetworkInterfaceId');
  const paging = pagingOf(params);
  if (ids.length > 0 && paging.maxResults !== undefined) throw refuse.idsAndMaxResults();
  const all = ids.length > 0 ? ids.map((id) => eniOf(state, id)) : [...state.enis.values()];
  const passing = new Set(applyFilters(state, all, filtersOf(params), ENI_FILTERS));
  const { items, nextToken } = page(
    all,
    (eni) => passing.has(eni),
    (eni) => eni.eniId,
    paging,
  );
  return { networkInterfaceSet: items.map((eni) => eniView(eni, state)), nextToken };
});
