import type { Params } from '../query/params';
import { filtersOf, newAddressesOf, newTagsOf, pagingOf } from '../query/request-parts';
import { applyFilters } from '../rules/filters';
import { INSTANCE_FILTERS } from '../rules/filter-tables';
import { instanceOf } from '../rules/instance-of';
import { runInstances, setInstanceState, terminateInstances, type LaunchNic } from '../rules/instances';
import { modifyInstanceSourceDestCheck } from '../rules/modify-eni';
import { page } from '../rules/paging';
import { refuse } from '../rules/refusal';
import type { Instance, VpcState } from '../rules/state';
import { arn, changing, DONE, reading, type Action } from './action';
import { reservationViews } from './views';

/** The role of an instance that was launched without a profile: here every instance has one. */
export const DEFAULT_ROLE = 'tg-node';

/** The NICs that RunInstances describes, either by `NetworkInterface.N` or by `SubnetId` and its companions. */
export function launchNicsOf(params: Params): readonly LaunchNic[] {
  const nics = params.structs('NetworkInterface');
  if (nics.length === 0) {
    return [
      {
        deviceIndex: 0,
        subnetId: params.string('SubnetId'),
        addresses: newAddressesOf(params),
        description: '',
        groups: params.list('SecurityGroupId'),
        deleteOnTermination: true,
      },
    ];
  }
  return nics.map((nic): LaunchNic => {
    const deviceIndex = nic.integer('DeviceIndex') ?? 0;
    const deleteOnTermination = nic.boolean('DeleteOnTermination') ?? true;
    const eniId = nic.optional('NetworkInterfaceId');
    if (eniId !== undefined) return { deviceIndex, eniId };
    return {
      deviceIndex,
      subnetId: nic.string('SubnetId'),
      addresses: newAddressesOf(nic),
      description: nic.optional('Description') ?? '',
      groups: nic.list('SecurityGroupId'),
      deleteOnTermination,
    };
  });
}

/** The role named by the instance profile, by its name or the end of its ARN. */
function roleOf(params: Params): string {
  const profileArn = params.optional('IamInstanceProfile.Arn');
  return params.optional('IamInstanceProfile.Name') ?? profileArn?.split('/').at(-1) ?? DEFAULT_ROLE;
}

export const RunInstances = changing(
  {
    resources: (_params, state) =>
      ['instance', 'network-interface', 'subnet', 'image', 'security-group', 'volume'].map((kind) =>
        arn(state, kind, '*'),
      ),
  },
  (state, params, now) => {
    const least = params.integer('MinCount') ?? 1;
    const count = params.integer('MaxCount') ?? 1;
    if (least < 1 || count < least) {
      throw refuse.instanceCount(least, count);
    }
    const result = runInstances(state, {
      imageId: params.string('ImageId'),
      instanceType: params.optional('InstanceType') ?? 'm1.small',
      count,
      role: roleOf(params),
      nics: launchNicsOf(params),
      instanceTags: newTagsOf(params, 'instance'),
      eniTags: newTagsOf(params, 'network-interface'),
      now,
    });
    const started = result.instanceIds.map((id) => instanceOf(result.state, id));
    const [reservation] = reservationViews(started, result.state);
    return { state: result.state, body: reservation ?? {} };
  },
);

export const DescribeInstances = reading((state, params) => {
  const ids = params.list('InstanceId');
  const paging = pagingOf(params);
  if (ids.length > 0 && paging.maxResults !== undefined) throw refuse.combination('instancesSet', 'maxResults');
  const all = ids.length > 0 ? ids.map((id) => instanceOf(state, id)) : [...state.instances.values()];
  const passing = new Set(applyFilters(state, all, filtersOf(params), INSTANCE_FILTERS));
  const { items, nextToken } = page(
    all,
    (instance) => passing.has(instance),
    (instance) => instance.instanceId,
    paging,
  );
  return { reservationSet: reservationViews(items, state), nextToken };
});

const STATE_CODES = { running: 16, stopped: 80, terminated: 48 } as const;
const stateView = (state: Instance['state']) => ({ code: STATE_CODES[state], name: state });

function stateChange(change: (state: VpcState, ids: readonly string[]) => { state: VpcState }): Action {
  return changing(
    { resources: (params, state) => params.list('InstanceId').map((id) => arn(state, 'instance', id)) },
    (state, params) => {
      const ids = params.list('InstanceId');
      if (ids.length === 0) throw refuse.missing('InstanceId');
      const result = change(state, ids);
      return {
        state: result.state,
        body: {
          instancesSet: ids.map((instanceId) => ({
            instanceId,
            currentState: stateView(instanceOf(result.state, instanceId).state),
            previousState: stateView(instanceOf(state, instanceId).state),
          })),
        },
      };
    },
  );
}

export const TerminateInstances = stateChange(terminateInstances);
export const StopInstances = stateChange((state, ids) => setInstanceState(state, ids, 'stopped'));
export const StartInstances = stateChange((state, ids) => setInstanceState(state, ids, 'running'));

export const ModifyInstanceAttribute = changing(
  { resources: (params, state) => [arn(state, 'instance', params.optional('InstanceId') ?? '')] },
  (state, params) => {
    const sourceDestCheck = params.boolean('SourceDestCheck.Value');
    if (sourceDestCheck === undefined) throw refuse.noAttribute();
    const instanceId = params.string('InstanceId');
    return { ...modifyInstanceSourceDestCheck(state, { instanceId, sourceDestCheck }), body: DONE };
  },
);
