import { runInstances } from '../rules/instances';
import { emptyState } from '../rules/state';
import { createSubnet, createVpc } from '../rules/vpcs';
import { scopeOf } from './scope';

function vpcWithInstance(state = emptyState('us-east-1', '1', 5)) {
  const vpc = createVpc(state, { cidr: '10.0.0.0/16', tags: {} });
  const subnet = createSubnet(vpc.state, { vpcId: vpc.vpc.vpcId, cidr: '10.0.1.0/24', tags: {} });
  const run = runInstances(subnet.state, {
    imageId: 'ami-1',
    instanceType: 't3.medium',
    count: 1,
    role: 'r',
    nics: [
      {
        deviceIndex: 0,
        subnetId: subnet.subnet.subnetId,
        addresses: { secondary: [], secondaryCount: 0 },
        description: '',
        groups: [],
        deleteOnTermination: true,
      },
    ],
    instanceTags: {},
    eniTags: {},
    now: '',
  });
  const { vpcId } = vpc.vpc;
  const { subnetId } = subnet.subnet;
  const eni = [...run.state.enis.values()].find((one) => one.vpcId === vpcId)?.eniId ?? '';
  return { state: run.state, vpcId, subnetId, eni, instance: run.instanceIds[0] ?? '' };
}

const one = vpcWithInstance();
const two = vpcWithInstance(one.state);

test('an instance that is nowhere any more', () => {
  const instance = two.state.instances.get(two.instance);
  if (!instance) throw new Error('the instance is in the state');
  const state = { ...two.state, instances: new Map([[two.instance, { ...instance, vpcId: '' }]]) };
  expect(scopeOf(`InstanceId.1=${two.instance}`, state)).toBeNull();
});

test.each([
  ['one ENI', `NetworkInterfaceId=${one.eni}&PrivateIpAddress.1=10.0.1.50`, one.vpcId],
  ['all kinds of one VPC', `A=${two.vpcId}&B=${two.subnetId}&C=${two.eni}&D=${two.instance}`, two.vpcId],
  ['two VPCs', `A=${one.eni}&B=${two.eni}`, null],
  ['one that is not known', `A=${one.eni}&B=eni-00000000000000000`, null],
  ['an attachment only', 'AttachmentId=eni-attach-0123456789abcdef0', null],
  ['none', 'Action=DescribeNetworkInterfaces', null],
])('a request that names %s', (_name, request, scope) => {
  expect(scopeOf(request, two.state)).toBe(scope);
});
