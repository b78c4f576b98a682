import {
  CreateTagsCommand,
  DeleteNetworkInterfaceCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeTagsCommand,
  ModifyNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2';
import { refused, type Case } from './case';
import { addresses, assign, createEni, describeEni, findEnis, refusal, type Lab } from './lab';

const dryRunOk = {
  code: 'DryRunOperation',
  message: 'Request would have succeeded, but DryRun flag is set.',
  status: 412,
};

async function instancesWith(lab: Lab, name: string, value: string): Promise<string[]> {
  const answer = await lab.ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: 'vpc-id', Values: [lab.vpcId] },
        { Name: name, Values: [value] },
      ],
    }),
  );
  return answer.Reservations!.flatMap((one) => one.Instances!.map((instance) => instance.InstanceId!));
}

/** The Describes: filters, paging, dead ids, dry runs. */
export const DESCRIBE_CASES: readonly Case[] = [
  {
    name: 'addresses.private-ip-address finds primaries and secondaries, private-ip-address primaries only',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50']);
      expect(await findEnis(lab, 'addresses.private-ip-address', '10.0.1.50')).toEqual([lab.a]);
      expect(await findEnis(lab, 'addresses.private-ip-address', '10.0.1.11')).toEqual([lab.b]);
      expect(await findEnis(lab, 'private-ip-address', '10.0.1.50')).toEqual([]);
      expect(await findEnis(lab, 'private-ip-address', '10.0.1.10')).toEqual([lab.a]);
      expect(await findEnis(lab, 'addresses.private-ip-address', '10.0.1.5?', '10.0.1.99')).toEqual([lab.a]);
    },
  },
  {
    name: 'filters by attachment, by addresses.primary, and by what every emulator knows',
    async run(lab) {
      const eni = await describeEni(lab, lab.a);
      await lab.ec2.send(new CreateTagsCommand({ Resources: [lab.b], Tags: [{ Key: 'role', Value: 'spare' }] }));
      await assign(lab, lab.a, ['10.0.1.50']);
      const both = [lab.a, lab.b].sort();
      const expectations: [string, string, string[]][] = [
        ['attachment.instance-id', lab.instanceId, [lab.a]],
        ['attachment.status', 'attached', [lab.a]],
        ['attachment.device-index', '0', [lab.a]],
        ['addresses.primary', 'true', both],
        ['addresses.primary', 'false', [lab.a]],
        ['network-interface-id', lab.b, [lab.b]],
        ['subnet-id', lab.subnetId, both],
        ['status', 'available', [lab.b]],
        ['mac-address', eni.MacAddress!, [lab.a]],
        ['source-dest-check', 'false', []],
        ['interface-type', 'interface', both],
        ['tag:role', 'spare', [lab.b]],
        ['tag-key', 'role', [lab.b]],
        ['owner-id', eni.OwnerId!, both],
      ];
      for (const [name, value, found] of expectations) {
        expect([name, value, await findEnis(lab, name, value)]).toEqual([name, value, found]);
      }
    },
  },
  {
    name: 'DescribeInstances finds an instance by a secondary address of its ENI',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50']);
      const name = 'network-interface.addresses.private-ip-address';
      expect(await instancesWith(lab, name, '10.0.1.50')).toEqual([lab.instanceId]);
      expect(await instancesWith(lab, name, '10.0.1.11')).toEqual([]);
    },
  },
  refused('an unknown filter', (lab) => findEnis(lab, 'no-such-filter', 'x'), { code: 'InvalidParameterValue' }),
  {
    name: 'an ENI: MAC, attachment, primary flag',
    async run(lab) {
      const eni = await describeEni(lab, lab.a);
      expect(eni.MacAddress).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
      expect(eni.Attachment).toMatchObject({ InstanceId: lab.instanceId, DeviceIndex: 0, Status: 'attached' });
      expect(eni.PrivateIpAddresses).toEqual([
        expect.objectContaining({ PrivateIpAddress: '10.0.1.10', Primary: true }),
      ]);
      expect(eni).toMatchObject({ Status: 'in-use', SubnetId: lab.subnetId, VpcId: lab.vpcId });
    },
  },
  {
    name: 'pages: fewer than MaxResults, or none, before the last; every ENI once',
    async run(lab) {
      for (const last of [12, 13, 14, 15]) await createEni(lab, { PrivateIpAddress: `10.0.1.${last}` });
      const seen: string[] = [];
      const sizes: number[] = [];
      let token: string | undefined;
      do {
        const answer = await lab.ec2.send(
          new DescribeNetworkInterfacesCommand({
            MaxResults: 5,
            ...(token === undefined ? {} : { NextToken: token }),
            Filters: [{ Name: 'vpc-id', Values: [lab.vpcId] }],
          }),
        );
        seen.push(...answer.NetworkInterfaces!.map((eni) => eni.NetworkInterfaceId!));
        sizes.push(answer.NetworkInterfaces!.length);
        token = answer.NextToken;
      } while (token !== undefined);
      expect(new Set(seen).size).toBe(6);
      expect(seen).toHaveLength(6);
      expect(Math.max(...sizes)).toBeLessThan(5);
    },
  },
  refused(
    'ids and MaxResults together',
    (lab) => lab.ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [lab.a], MaxResults: 5 })),
    { code: 'InvalidParameterCombination' },
  ),
  refused(
    'a token that is none',
    (lab) => lab.ec2.send(new DescribeNetworkInterfacesCommand({ MaxResults: 5, NextToken: 'nonsense' })),
    { code: 'InvalidNextToken' },
  ),
  {
    name: 'one dead id among live ones refuses the whole call',
    async run(lab) {
      await lab.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: lab.b }));
      const command = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [lab.a, lab.b] });
      expect(await refusal(lab.ec2.send(command))).toEqual({
        code: 'InvalidNetworkInterfaceID.NotFound',
        status: 400,
        message: `The networkInterface ID '${lab.b}' does not exist`,
      });
    },
  },
  refused(
    'dry run of a Describe looks at the permission only, not at the id',
    (lab) =>
      lab.ec2.send(
        new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ['eni-00000000000000000'], DryRun: true }),
      ),
    dryRunOk,
  ),
  {
    name: 'dry run of a change changes nothing',
    async run(lab) {
      const modify = new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: lab.a,
        SourceDestCheck: { Value: false },
        DryRun: true,
      });
      expect(await refusal(lab.ec2.send(modify))).toEqual(dryRunOk);
      expect((await describeEni(lab, lab.a)).SourceDestCheck).toBe(true);
      const remove = new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: lab.b, DryRun: true });
      expect(await refusal(lab.ec2.send(remove))).toEqual(dryRunOk);
      expect(await addresses(lab, lab.b)).toEqual(['10.0.1.11']);
    },
  },
  {
    name: 'Assign has no DryRun: the field is refused, and nothing happens',
    async run(lab) {
      const body = new URLSearchParams({
        Action: 'AssignPrivateIpAddresses',
        Version: '2016-11-15',
        NetworkInterfaceId: lab.a,
        'PrivateIpAddress.1': '10.0.1.50',
        DryRun: 'true',
      });
      const response = await fetch(lab.endpoint, {
        method: 'POST',
        body,
        headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/ec2/aws4_request' },
      });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('<Code>UnknownParameter</Code>');
      expect(await addresses(lab, lab.a)).toEqual(['10.0.1.10']);
    },
  },
  {
    name: 'tags',
    async run(lab) {
      await lab.ec2.send(new CreateTagsCommand({ Resources: [lab.a, lab.b], Tags: [{ Key: 'k', Value: 'v' }] }));
      const command = new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [lab.a] }] });
      expect((await lab.ec2.send(command)).Tags).toEqual([
        expect.objectContaining({ ResourceId: lab.a, ResourceType: 'network-interface', Key: 'k', Value: 'v' }),
      ]);
    },
  },
];
