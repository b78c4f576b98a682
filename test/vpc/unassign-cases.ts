import { refused, type Case } from './case';
import { addresses, assign, freeAddresses, refusal, unassign } from './lab';

const VALUE = 'InvalidParameterValue';

/** UnassignPrivateIpAddresses. */
export const UNASSIGN_CASES: readonly Case[] = [
  {
    name: 'takes the address away and frees it',
    async run(lab) {
      const before = await freeAddresses(lab, lab.subnetId);
      await assign(lab, lab.a, ['10.0.1.50', '10.0.1.51']);
      expect(await freeAddresses(lab, lab.subnetId)).toBe(before - 2);
      await unassign(lab, lab.a, ['10.0.1.50']);
      expect(await addresses(lab, lab.a)).toEqual(['10.0.1.10', '10.0.1.51']);
      expect(await freeAddresses(lab, lab.subnetId)).toBe(before - 1);
      expect(await assign(lab, lab.b, ['10.0.1.50'])).toEqual(['10.0.1.50']);
    },
  },
  refused('an address that is nowhere', (lab) => unassign(lab, lab.a, ['10.0.1.50']), {
    code: VALUE,
    message: (lab) => `Some of the specified addresses are not assigned to interface ${lab.a}`,
  }),
  {
    name: 'not idempotent, and a batch with one address that is not there takes none away',
    async run(lab) {
      await assign(lab, lab.a, ['10.0.1.50', '10.0.1.51']);
      await assign(lab, lab.b, ['10.0.1.52']);
      const told = `Some of the specified addresses are not assigned to interface ${lab.a}`;
      expect((await refusal(unassign(lab, lab.a, ['10.0.1.50', '10.0.1.52'])))?.message).toBe(told);
      expect(await addresses(lab, lab.a)).toEqual(['10.0.1.10', '10.0.1.50', '10.0.1.51']);
      await unassign(lab, lab.a, ['10.0.1.50']);
      expect((await refusal(unassign(lab, lab.a, ['10.0.1.50'])))?.message).toBe(told);
    },
  },
  refused('the primary', (lab) => unassign(lab, lab.a, ['10.0.1.10']), {
    code: VALUE,
    message:
      'Value (10.0.1.10) for parameter privateIpAddress is invalid. The primary IP address of an interface cannot be unassigned.',
  }),
  refused('nothing', (lab) => unassign(lab, lab.a, []), {
    code: 'MissingParameter',
    message: 'One of privateIpAddresses or ipv4Prefixes must be specified.',
  }),
  refused('unknown ENI', (lab) => unassign(lab, 'eni-00000000000000000', ['10.0.1.50']), {
    code: 'InvalidNetworkInterfaceID.NotFound',
    message: "The networkInterface ID 'eni-00000000000000000' does not exist",
  }),
  refused('malformed ENI id', (lab) => unassign(lab, 'eni-nonsense', ['10.0.1.50']), {
    code: 'InvalidNetworkInterfaceId.Malformed',
  }),
];
