import type { Params } from '../query/params';
import { assignPrivateIpAddresses, type AssignRequest } from '../rules/assign';
import { unassignPrivateIpAddresses, type UnassignRequest } from '../rules/unassign';
import { changing, DONE, eniResource } from './action';

/** The fields of AssignPrivateIpAddresses. */
export function assignRequest(params: Params): AssignRequest {
  const count = params.integer('SecondaryPrivateIpAddressCount');
  return {
    eniId: params.string('NetworkInterfaceId'),
    addresses: params.list('PrivateIpAddress'),
    ...(count === undefined ? {} : { count }),
    allowReassignment: params.boolean('AllowReassignment') ?? false,
  };
}

/** The fields of UnassignPrivateIpAddresses. */
export function unassignRequest(params: Params): UnassignRequest {
  return { eniId: params.string('NetworkInterfaceId'), addresses: params.list('PrivateIpAddress') };
}

export const AssignPrivateIpAddresses = changing({ resources: eniResource, dryRun: false }, (state, params) => {
  const result = assignPrivateIpAddresses(state, assignRequest(params));
  return {
    state: result.state,
    body: {
      networkInterfaceId: result.eniId,
      assignedPrivateIpAddressesSet: result.assigned.map((privateIpAddress) => ({ privateIpAddress })),
      assignedIpv4PrefixSet: [],
      return: true,
    },
  };
});

export const UnassignPrivateIpAddresses = changing({ resources: eniResource, dryRun: false }, (state, params) => ({
  ...unassignPrivateIpAddresses(state, unassignRequest(params)),
  body: DONE,
}));
