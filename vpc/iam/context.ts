import type { Tags, VpcState } from '../rules/state';

/** The condition keys of a resource, by its ARN. A resource that does not exist has none. */
export function contextOf(state: VpcState, arn: string): Readonly<Record<string, readonly string[]>> {
  const [kind = '', id = ''] = (arn.split(':')[5] ?? '').split('/');
  const eni = kind === 'network-interface' ? state.enis.get(id) : undefined;
  if (eni) {
    return {
      'ec2:Vpc': [`arn:aws:ec2:${state.region}:${state.account}:vpc/${eni.vpcId}`],
      'ec2:Subnet': [`arn:aws:ec2:${state.region}:${state.account}:subnet/${eni.subnetId}`],
      'ec2:NetworkInterfaceID': [eni.eniId],
      ...tagKeys(eni.tags),
    };
  }
  const subnet = kind === 'subnet' ? state.subnets.get(id) : undefined;
  if (subnet) {
    return {
      'ec2:Vpc': [`arn:aws:ec2:${state.region}:${state.account}:vpc/${subnet.vpcId}`],
      ...tagKeys(subnet.tags),
    };
  }
  const other = state.instances.get(id) ?? state.vpcs.get(id) ?? state.eips.get(id);
  return other ? tagKeys(other.tags) : {};
}

function tagKeys(tags: Tags): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`ec2:ResourceTag/${key}`, [value]],
      [`aws:ResourceTag/${key}`, [value]],
    ]),
  );
}
