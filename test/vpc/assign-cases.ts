import { refused, type Case } from './case';
import { addresses, assign, assignBy, createEni, createSubnet, findEnis, freeAddresses, refusal } from './lab';

const LIMIT = 'PrivateIpAddressLimitExceeded';
const VALUE = 'InvalidParameterValue';

/** AssignPrivateIpAddresses. */
export const ASSIGN_CASES: readonly Case[] = [
  {
    name: 'answers with the addresses of the request only, and lists the primary first',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50']);
      expect(await assign(lab, lab.a, ['10.0.1.52', '10.0.1.51'])).toEqual(['10.0.1.52', '10.0.1.51']);
      expect(await addresses(lab, lab.a)).toEqual(['10.0.1.10', '10.0.1.50', '10.0.1.52', '10.0.1.51']);
    },
  },
  {
    name: 'the same address to the same ENI again: 200, echoed, no change',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50', '10.0.1.51']);
      expect(await assign(lab, lab.a, ['10.0.1.50'])).toEqual(['10.0.1.50']);
      expect(await assign(lab, lab.a, ['10.0.1.50'], true)).toEqual(['10.0.1.50']);
      expect(await addresses(lab, lab.a)).toEqual(['10.0.1.10', '10.0.1.50', '10.0.1.51']);
    },
  },
  {
    name: 'with AllowReassignment a secondary moves: the loser has it no more, free addresses stay as many',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50', '10.0.1.51']);
      const before = await freeAddresses(lab, lab.subnetId);
      expect(await assign(lab, lab.b, ['10.0.1.50'], true)).toEqual(['10.0.1.50']);
      expect(await addresses(lab, lab.a)).toEqual(['10.0.1.10', '10.0.1.51']);
      expect(await addresses(lab, lab.b)).toEqual(['10.0.1.11', '10.0.1.50']);
      expect(await findEnis(lab, 'addresses.private-ip-address', '10.0.1.50')).toEqual([lab.b]);
      expect(await freeAddresses(lab, lab.subnetId)).toBe(before);
    },
  },
  {
    name: 'held by another ENI, AllowReassignment absent or false: refused, nothing moves',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50', '10.0.1.51']);
      for (const reassign of [undefined, false]) {
        expect(await refusal(assign(lab, lab.b, ['10.0.1.51', '10.0.1.52', '10.0.1.50'], reassign))).toEqual({
          code: VALUE,
          status: 400,
          message: '[10.0.1.51, 10.0.1.50] assigned, but move is not allowed.',
        });
      }
      expect(await addresses(lab, lab.a)).toEqual(['10.0.1.10', '10.0.1.50', '10.0.1.51']);
      expect(await addresses(lab, lab.b)).toEqual(['10.0.1.11']);
    },
  },
  {
    name: 'a batch with one bad address assigns none',
    async run(lab) {
      const told = await refusal(assign(lab, lab.a, ['10.0.1.50', '10.0.2.50'], true));
      expect(told?.message).toBe("Address does not fall within the subnet's address range");
      expect(await addresses(lab, lab.a)).toEqual(['10.0.1.10']);
    },
  },
  refused('outside the subnet', (lab) => assign(lab, lab.a, ['10.0.2.50']), {
    code: VALUE,
    message: "Address does not fall within the subnet's address range",
  }),
  {
    name: "an address of another zone's subnet is outside, even with AllowReassignment",
    async run(lab) {
      const other = await createSubnet(lab, '10.0.2.0/24', 'us-east-1b');
      await createEni(lab, { SubnetId: other, PrivateIpAddress: '10.0.2.20' });
      expect(await refusal(assign(lab, lab.a, ['10.0.2.20'], true))).toMatchObject({
        code: VALUE,
        message: "Address does not fall within the subnet's address range",
      });
    },
  },
  ...['not-an-ip', '10.0.1.050', '10.0.1.50/32', '10.0.1'].map((text) =>
    refused(`malformed address ${text}`, (lab) => assign(lab, lab.a, [text]), {
      code: VALUE,
      message: `invalid value for parameter address: ${text}`,
    }),
  ),
  ...['10.0.1.0', '10.0.1.1', '10.0.1.2', '10.0.1.3', '10.0.1.255'].map((address) =>
    refused(`reserved address ${address}`, (lab) => assign(lab, lab.a, [address], true), {
      code: VALUE,
      message: `Address ${address} is in subnet's reserved range.`,
    }),
  ),
  {
    name: 'the first and the last address that are not reserved',
    async run(lab) {
      expect(await assign(lab, lab.a, ['10.0.1.4', '10.0.1.254'])).toEqual(['10.0.1.4', '10.0.1.254']);
    },
  },
  refused("another ENI's primary, even with AllowReassignment", (lab) => assign(lab, lab.a, ['10.0.1.11'], true), {
    code: VALUE,
    message: 'secondary-addresses',
  }),
  refused('neither addresses nor count', (lab) => assignBy(lab, { NetworkInterfaceId: lab.a }), {
    code: 'InvalidParameter',
    message:
      'One of privateIpAddressSet or privateIpAddressCount or ipv4PrefixSet or ipv4PrefixCount must be specified.',
  }),
  refused(
    'addresses and count',
    (lab) =>
      assignBy(lab, {
        NetworkInterfaceId: lab.a,
        PrivateIpAddresses: ['10.0.1.50'],
        SecondaryPrivateIpAddressCount: 1,
      }),
    {
      code: 'InvalidParameterCombination',
      message:
        'You may specify one and only one of privateIpAddressSet or secondaryPrivateIpAddressCount or ipv4Prefixes or ipv4PrefixCount, but not more than one of them.',
    },
  ),
  ...[0, -1].map((count) =>
    refused(
      `count ${count}`,
      (lab) => assignBy(lab, { NetworkInterfaceId: lab.a, SecondaryPrivateIpAddressCount: count }),
      {
        code: VALUE,
        message: `Value (${count}) for parameter secondaryPrivateIpAddressCount is invalid. Value must be a positive number.`,
      },
    ),
  ),
  {
    name: 'by count: free addresses, none twice, none reserved',
    async run(lab) {
      const given = await assignBy(lab, { NetworkInterfaceId: lab.b, SecondaryPrivateIpAddressCount: 12 });
      expect(new Set([...given, '10.0.1.10', '10.0.1.11']).size).toBe(14);
      for (const address of given) expect(Number(address.split('.')[3])).toBeGreaterThan(3);
      expect(await addresses(lab, lab.b)).toEqual(['10.0.1.11', ...given]);
    },
  },
  {
    name: 'more addresses than the instance type allows on an ENI (t3.medium: 6)',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50', '10.0.1.51', '10.0.1.52', '10.0.1.53', '10.0.1.54']);
      expect(await refusal(assign(lab, lab.a, ['10.0.1.55']))).toEqual({
        code: LIMIT,
        status: 400,
        message: `${lab.a}: Number of private addresses will exceed limit.`,
      });
      expect(await assign(lab, lab.a, ['10.0.1.54'])).toEqual(['10.0.1.54']);
      await assign(lab, lab.b, ['10.0.1.55']);
      expect((await refusal(assign(lab, lab.a, ['10.0.1.55'], true)))?.code).toBe(LIMIT);
      expect(await addresses(lab, lab.b)).toEqual(['10.0.1.11', '10.0.1.55']);
    },
  },
  {
    name: 'subnet full; secondaries count',
    async run(lab) {
      const tiny = await createSubnet(lab, '10.0.3.0/28', 'us-east-1a');
      const eni = await createEni(lab, { SubnetId: tiny });
      expect(await freeAddresses(lab, tiny)).toBe(10);
      await assignBy(lab, { NetworkInterfaceId: eni, SecondaryPrivateIpAddressCount: 10 });
      expect(await freeAddresses(lab, tiny)).toBe(0);
      const full = {
        code: 'InsufficientFreeAddressesInSubnet',
        status: 400,
        message: 'The specified subnet does not have enough free addresses to satisfy the request.',
      };
      expect(await refusal(assignBy(lab, { NetworkInterfaceId: eni, SecondaryPrivateIpAddressCount: 1 }))).toEqual(
        full,
      );
      expect(await refusal(createEni(lab, { SubnetId: tiny }))).toEqual(full);
    },
  },
  refused('unknown ENI', (lab) => assign(lab, 'eni-00000000000000000', ['10.0.1.50']), {
    code: 'InvalidNetworkInterfaceID.NotFound',
    message: "The networkInterface ID 'eni-00000000000000000' does not exist",
  }),
  refused('malformed ENI id', (lab) => assign(lab, 'eni-nonsense', ['10.0.1.50']), {
    code: 'InvalidNetworkInterfaceId.Malformed',
  }),
  {
    name: 'two moves of one address at the same time leave one holder',
    async run(lab) {
      const c = await createEni(lab, { PrivateIpAddress: '10.0.1.12' });
      await assign(lab, lab.a, ['10.0.1.50']);
      await Promise.all([lab.b, c].map((eni) => assign(lab, eni, ['10.0.1.50'], true)));
      expect(await findEnis(lab, 'addresses.private-ip-address', '10.0.1.50')).toHaveLength(1);
    },
  },
];
