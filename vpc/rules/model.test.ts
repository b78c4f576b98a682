import fc from 'fast-check';
import { assignPrivateIpAddresses } from './assign';
import { attachNetworkInterface, deleteNetworkInterface } from './attachment';
import { contains, isReserved, parseAddress } from './cidr';
import { createNetworkInterface } from './create-eni';
import { allocateAddress, associateAddress } from './elastic-ip';
import { runInstances } from './instances';
import { limitsOf } from './limits';
import { Refusal } from './refusal';
import { addressesOf, emptyState, enisOfSubnet, type VpcState } from './state';
import { blockOf, freeCount } from './subnet-space';
import { unassignPrivateIpAddresses } from './unassign';
import { createSubnet, createVpc } from './vpcs';

const NOW = '2026-01-01T00:00:00.000Z';

/** A small world: one /28 (11 addresses to give), an instance that allows 6 addresses per ENI, four ENIs, two Elastic IPs. */
function world(): { state: VpcState; enis: string[]; eips: string[] } {
  const vpc = createVpc(emptyState('us-east-1', '123456789012', 7), { cidr: '10.0.0.0/16', tags: {} });
  const subnet = createSubnet(vpc.state, { vpcId: vpc.vpc.vpcId, cidr: '10.0.1.0/28', tags: {} });
  const nic = {
    subnetId: subnet.subnet.subnetId,
    addresses: { secondary: [], secondaryCount: 0 },
    description: '',
    groups: [],
  };
  let { state } = runInstances(subnet.state, {
    imageId: 'ami-1',
    instanceType: 't3.medium',
    count: 1,
    role: 'r',
    nics: [{ ...nic, deviceIndex: 0, deleteOnTermination: true }],
    instanceTags: {},
    eniTags: {},
    now: NOW,
  });
  for (let index = 0; index < 3; index += 1) state = createNetworkInterface(state, { ...nic, tags: {} }).state;
  const enis = [...state.enis.keys()];
  const [instanceId = ''] = state.instances.keys();
  state = attachNetworkInterface(state, { eniId: enis[1] ?? '', instanceId, deviceIndex: 1, now: NOW }).state;
  const eips: string[] = [];
  for (let index = 0; index < 2; index += 1) {
    const allocated = allocateAddress(state, { tags: {} });
    state = allocated.state;
    eips.push(allocated.eip.allocationId);
  }
  return { state, enis, eips };
}

type Step =
  | { kind: 'assign'; eni: number; addresses: string[]; reassign: boolean }
  | { kind: 'assign-count'; eni: number; count: number }
  | { kind: 'unassign'; eni: number; addresses: string[] }
  | { kind: 'associate'; eip: number; eni: number; address: string }
  | { kind: 'create'; address: string | undefined }
  | { kind: 'delete'; eni: number };

const address = fc.integer({ min: 0, max: 18 }).map((last) => `10.0.1.${last}`);
const list = fc.array(address, { minLength: 0, maxLength: 3 });
const eni = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('assign' as const), eni, addresses: list, reassign: fc.boolean() }),
  fc.record({ kind: fc.constant('assign-count' as const), eni, count: fc.integer({ min: -1, max: 4 }) }),
  fc.record({ kind: fc.constant('unassign' as const), eni, addresses: list }),
  fc.record({ kind: fc.constant('associate' as const), eip: fc.nat({ max: 1 }), eni, address }),
  fc.record({ kind: fc.constant('create' as const), address: fc.option(address, { nil: undefined }) }),
  fc.record({ kind: fc.constant('delete' as const), eni }),
);

/** The state after a step; the same object when AWS refuses it. */
function apply(state: VpcState, eips: readonly string[], one: Step): VpcState {
  const ids = [...state.enis.keys()];
  const idOf = (index: number) => ids[index % ids.length] ?? '';
  try {
    switch (one.kind) {
      case 'assign': {
        const { addresses, reassign: allowReassignment } = one;
        return assignPrivateIpAddresses(state, { eniId: idOf(one.eni), addresses, allowReassignment }).state;
      }
      case 'assign-count': {
        const { count } = one;
        const request = { eniId: idOf(one.eni), addresses: [], count, allowReassignment: false };
        return assignPrivateIpAddresses(state, request).state;
      }
      case 'unassign':
        return unassignPrivateIpAddresses(state, { eniId: idOf(one.eni), addresses: one.addresses }).state;
      case 'associate':
        return associateAddress(state, {
          eip: { allocationId: eips[one.eip] ?? '' },
          target: { eniId: idOf(one.eni) },
          privateIp: one.address,
          allowReassociation: true,
        }).state;
      case 'create': {
        const [subnetId = ''] = state.subnets.keys();
        const addresses = {
          ...(one.address === undefined ? {} : { primary: one.address }),
          secondary: [],
          secondaryCount: 0,
        };
        return createNetworkInterface(state, { subnetId, addresses, description: '', groups: [], tags: {} }).state;
      }
      case 'delete':
        return deleteNetworkInterface(state, idOf(one.eni)).state;
    }
  } catch (error) {
    if (error instanceof Refusal) return state;
    throw error;
  }
}

function checkInvariants(state: VpcState): void {
  for (const subnet of state.subnets.values()) {
    const block = blockOf(subnet);
    const held = enisOfSubnet(state, subnet.subnetId).flatMap(addressesOf);
    expect(new Set(held).size).toBe(held.length);
    for (const one of held) {
      const value = parseAddress(one);
      expect(value !== null && contains(block, value) && !isReserved(block, value)).toBe(true);
    }
    expect(freeCount(state, subnet)).toBe(11 - held.length);
  }
  for (const one of state.enis.values()) {
    const instance = one.attachment && state.instances.get(one.attachment.instanceId);
    const most = instance ? (limitsOf(instance.instanceType)?.addressesPerEni ?? 0) : Infinity;
    expect(addressesOf(one).length).toBeLessThanOrEqual(most);
  }
  const targets = [...state.eips.values()].flatMap((eip) => (eip.association ? [eip.association] : []));
  for (const { eniId, privateIp } of targets) {
    const holder = state.enis.get(eniId);
    expect(holder && addressesOf(holder)).toContain(privateIp);
  }
  const keys = targets.map(({ eniId, privateIp }) => `${eniId} ${privateIp}`);
  expect(new Set(keys).size).toBe(keys.length);
}

/** One step, checked against what it may change. */
function checkStep(before: VpcState, after: VpcState, one: Step): void {
  checkInvariants(after);
  const primaries = (state: VpcState) => [...state.enis.values()].map((each) => [each.eniId, each.primary]);
  if (one.kind === 'create' || one.kind === 'delete') return;
  expect(primaries(after)).toEqual(primaries(before));
  if (one.kind !== 'assign') return;
  if (!one.reassign) {
    for (const each of before.enis.values()) {
      const now = after.enis.get(each.eniId);
      expect(now && addressesOf(now)).toEqual(expect.arrayContaining([...addressesOf(each)]));
    }
  }
  const total = (state: VpcState) => [...state.enis.values()].flatMap(addressesOf);
  for (const held of total(before)) expect(total(after)).toContain(held);
}

describe('the rules, after any sequence of calls', () => {
  test('no address has two holders, none is out of place, primaries stay, Elastic IPs follow, limits hold', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const start = world();
        let { state } = start;
        for (const one of steps) {
          const frozen = JSON.stringify([...state.enis, ...state.eips]);
          const after = apply(state, start.eips, one);
          expect(JSON.stringify([...state.enis, ...state.eips])).toBe(frozen);
          checkStep(state, after, one);
          state = after;
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the world is one in which moves, refusals and full ENIs happen', () => {
    const { state, enis } = world();
    const [a = '', b = ''] = enis;
    const first = assignPrivateIpAddresses(state, { eniId: a, addresses: [], count: 5, allowReassignment: false });
    const [moving = ''] = first.assigned;
    const moved = assignPrivateIpAddresses(first.state, { eniId: b, addresses: [moving], allowReassignment: true });
    expect(moved.state.enis.get(b)?.secondary).toEqual([moving]);
    expect(() =>
      assignPrivateIpAddresses(first.state, { eniId: a, addresses: ['10.0.1.14'], allowReassignment: false }),
    ).toThrow('Number of private addresses will exceed limit.');
  });
});
