import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DetachNetworkInterfaceCommand,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Case } from './case';
import { addresses, assign, createEni, createSubnet, describeEni, refusal, unassign, type Lab } from './lab';

const VALUE = 'InvalidParameterValue';

const setCheck = (lab: Lab, eni: string, value: boolean) =>
  lab.ec2.send(
    new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: eni, SourceDestCheck: { Value: value } }),
  );

async function instanceCheck(lab: Lab): Promise<boolean | undefined> {
  const answer = await lab.ec2.send(new DescribeInstancesCommand({ InstanceIds: [lab.instanceId] }));
  return answer.Reservations![0]!.Instances![0]!.SourceDestCheck;
}

async function attach(lab: Lab, eni: string, index: number): Promise<string> {
  const command = new AttachNetworkInterfaceCommand({
    NetworkInterfaceId: eni,
    InstanceId: lab.instanceId,
    DeviceIndex: index,
  });
  return (await lab.ec2.send(command)).AttachmentId!;
}

const run = (lab: Lab, address: string) =>
  lab.ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0abcdef1234567890',
      InstanceType: 't3.medium',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: lab.subnetId,
      PrivateIpAddress: address,
    }),
  );

async function eipTarget(lab: Lab, allocationId: string): Promise<[string | undefined, string | undefined]> {
  const answer = await lab.ec2.send(new DescribeAddressesCommand({ AllocationIds: [allocationId] }));
  const { NetworkInterfaceId, PrivateIpAddress } = answer.Addresses![0]!;
  return [NetworkInterfaceId, PrivateIpAddress];
}

/** ENIs, instances and Elastic IPs around the addresses. */
export const LIFECYCLE_CASES: readonly Case[] = [
  {
    name: "source/destination check persists, and the instance's value is its primary ENI's, both ways",
    async run(lab) {
      await setCheck(lab, lab.a, false);
      expect((await describeEni(lab, lab.a)).SourceDestCheck).toBe(false);
      expect(await instanceCheck(lab)).toBe(false);
      await lab.ec2.send(
        new ModifyInstanceAttributeCommand({ InstanceId: lab.instanceId, SourceDestCheck: { Value: true } }),
      );
      expect((await describeEni(lab, lab.a)).SourceDestCheck).toBe(true);
    },
  },
  {
    name: 'two kinds of attribute in one call',
    async run(lab) {
      const command = new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: lab.a,
        SourceDestCheck: { Value: false },
        Description: { Value: 'x' },
      });
      expect(await refusal(lab.ec2.send(command))).toEqual({
        code: 'InvalidParameterCombination',
        status: 400,
        message: 'Fields for multiple attribute types specified: sourceDestCheck, description',
      });
    },
  },
  {
    name: 'a new ENI or instance with an address in use, outside or reserved',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50']);
      for (const make of [
        (address: string) => createEni(lab, { PrivateIpAddress: address }),
        (address: string) => run(lab, address),
      ]) {
        expect(await refusal(make('10.0.1.50'))).toEqual({
          code: 'InvalidIPAddress.InUse',
          status: 400,
          message: 'Address 10.0.1.50 is in use.',
        });
        expect(await refusal(make('10.0.9.50'))).toMatchObject({ code: VALUE, status: 400 });
        expect(await refusal(make('10.0.1.1'))).toEqual({
          code: VALUE,
          status: 400,
          message: "Address is in subnet's reserved address range",
        });
      }
    },
  },
  {
    name: 'a new ENI with listed secondaries',
    async run(lab) {
      const eni = await createEni(lab, {
        PrivateIpAddresses: [
          { PrivateIpAddress: '10.0.1.61', Primary: false },
          { PrivateIpAddress: '10.0.1.60', Primary: true },
        ],
      });
      expect(await addresses(lab, eni)).toEqual(['10.0.1.60', '10.0.1.61']);
    },
  },
  {
    name: 'attach: in use, device index taken, other zone, too many ENIs; detach; delete only detached',
    async run(lab) {
      expect((await refusal(attach(lab, lab.a, 1)))?.code).toBe('InvalidNetworkInterface.InUse');
      expect((await refusal(attach(lab, lab.b, 0)))?.code).toBe(VALUE);
      const zoneB = await createSubnet(lab, '10.0.2.0/24', 'us-east-1b');
      const far = await createEni(lab, { SubnetId: zoneB });
      expect((await refusal(attach(lab, far, 1)))?.code).toBe('InvalidParameterCombination');
      const attachment = await attach(lab, lab.b, 1);
      await attach(lab, await createEni(lab, {}), 2);
      expect((await refusal(attach(lab, await createEni(lab, {}), 3)))?.code).toBe('AttachmentLimitExceeded');

      const remove = () => lab.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: lab.b }));
      expect((await refusal(remove()))?.code).toBe(VALUE);
      await lab.ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId: attachment }));
      await remove();
      expect((await refusal(describeEni(lab, lab.b)))?.code).toBe('InvalidNetworkInterfaceID.NotFound');
    },
  },
  {
    name: 'terminate: the ENI made at launch goes, an attached one stays and is free',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50']);
      await attach(lab, lab.b, 1);
      await lab.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lab.instanceId] }));
      expect((await refusal(describeEni(lab, lab.a)))?.code).toBe('InvalidNetworkInterfaceID.NotFound');
      const left = await describeEni(lab, lab.b);
      expect([left.Status, left.Attachment]).toEqual(['available', undefined]);
      expect(await assign(lab, lab.b, ['10.0.1.50', '10.0.1.10'])).toEqual(['10.0.1.50', '10.0.1.10']);
    },
  },
  {
    name: 'an Elastic IP follows its secondary address on a move and is dropped when that is unassigned',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50']);
      const { AllocationId } = await lab.ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
      await lab.ec2.send(
        new AssociateAddressCommand({ AllocationId, NetworkInterfaceId: lab.a, PrivateIpAddress: '10.0.1.50' }),
      );
      expect(await eipTarget(lab, AllocationId!)).toEqual([lab.a, '10.0.1.50']);
      await assign(lab, lab.b, ['10.0.1.50'], true);
      expect(await eipTarget(lab, AllocationId!)).toEqual([lab.b, '10.0.1.50']);
      const described = (await describeEni(lab, lab.b)).PrivateIpAddresses!;
      expect(described.map((one) => one.Association?.AllocationId)).toEqual([undefined, AllocationId]);
      await unassign(lab, lab.b, ['10.0.1.50']);
      expect(await eipTarget(lab, AllocationId!)).toEqual([undefined, undefined]);
    },
  },
];
