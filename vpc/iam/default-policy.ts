import { enisOfInstance, type VpcState } from '../rules/state';
import type { PolicyDocument } from './policy';

/** The policy that the documentation asks for: the two Describes on everything, Assign and Unassign on the instance's ENIs. */
export function defaultPolicy(state: VpcState, instanceId: string): PolicyDocument {
  const enis = enisOfInstance(state, instanceId).map(
    (eni) => `arn:aws:ec2:${state.region}:${state.account}:network-interface/${eni.eniId}`,
  );
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeInstances'],
        Resource: '*',
      },
      ...(enis.length > 0
        ? [
            {
              Effect: 'Allow' as const,
              Action: ['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
              Resource: enis,
            },
          ]
        : []),
    ],
  };
}
