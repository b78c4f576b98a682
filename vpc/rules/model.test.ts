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
  | { kind: 'steal'; which: number; eni: number }
  | { kind: 'associate'; eip: number; which: number }
  | { kind: 'create'; address: string | undefined }
  | { kind: 'delete'; eni: number };

const address = fc.integer({ min: 3, max: 15 }).map((last) => `10.0.1.${last}`);
const list = fc.oneof({ weight: 4, arbitrary: address.map((one) => [one]) }, fc.array(address, { maxLength: 3 }));
const eni = fc.nat({ max: 5 });
const which = fc.nat({ max: 20 });
const kind = <K extends Step['kind']>(name: K) => fc.constant(name);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: kind('assign'), eni, addresses: list, reassign: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('assign-count'), eni, count: fc.integer({ min: 0, max: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('unassign'), eni, addresses: list }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('steal'), which, eni }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('associate'), eip: fc.nat({ max: 1 }), which }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('create'), address: fc.option(address, { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('delete'), eni }) },
);

/** Every secondary address and who holds it. */
const secondaries = (state: VpcState): { eniId: string; address: string }[] =>
  [...state.enis.values()].flatMap(({ eniId, secondary }) => secondary.map((one) => ({ eniId, address: one })));

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
      case 'steal': {
        const all = secondaries(state);
        const { address: wanted } = all[one.which % all.length] ?? { address: '10.0.1.14' };
        const request = { eniId: idOf(one.eni), addresses: [wanted], allowReassignment: true };
        return assignPrivateIpAddresses(state, request).state;
      }
      case 'associate': {
        const all = secondaries(state);
        const target = all[one.which % all.length];
        if (!target) return state;
        return associateAddress(state, {
          eip: { allocationId: eips[one.eip] ?? '' },
          target: { eniId: target.eniId },
          privateIp: target.address,
          allowReassociation: true,
        }).state;
      }
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

/** What is wrong with a state; empty when nothing is. Plain checks: they run thousands of times. */
function* wrongs(state: VpcState): Generator<string> {
  for (const subnet of state.subnets.values()) {
    const block = blockOf(subnet);
    const held = enisOfSubnet(state, subnet.subnetId).flatMap(addressesOf);
    if (new Set(held).size < held.length) yield `held twice: ${held.join(' ')}`;
    for (const one of held) {
      const value = parseAddress(one);
      if (value === null || !contains(block, value) || isReserved(block, value)) yield `out of place: ${one}`;
    }
    if (freeCount(state, subnet) !== 11 - held.length) yield 'free addresses miscounted';
  }
  for (const one of state.enis.values()) {
    const instance = one.attachment && state.instances.get(one.attachment.instanceId);
    const most = instance ? (limitsOf(instance.instanceType)?.addressesPerEni ?? 0) : Infinity;
    if (addressesOf(one).length > most) yield `too many on ${one.eniId}`;
  }
  const targets = [...state.eips.values()].flatMap((eip) => (eip.association ? [eip.association] : []));
  const keys = targets.map(({ eniId, privateIp }) => `${eniId} ${privateIp}`);
  if (new Set(keys).size < keys.length) yield `two Elastic IPs lead to one address: ${keys.join(', ')}`;
  for (const { eniId, privateIp } of targets) {
    const holder = state.enis.get(eniId);
    if (!holder || !addressesOf(holder).includes(privateIp))
      yield `an Elastic IP leads to ${privateIp}, not on ${eniId}`;
  }
}

/** What is wrong with a step from one state to the next. */
function* wrongSteps(before: VpcState, after: VpcState, one: Step): Generator<string> {
  yield* wrongs(after);
  if (one.kind === 'create' || one.kind === 'delete') return;
  for (const each of before.enis.values()) {
    const now = after.enis.get(each.eniId);
    if (now?.primary !== each.primary) yield `primary of ${each.eniId} changed`;
    const kept = one.kind === 'assign-count' || (one.kind === 'assign' && !one.reassign);
    if (kept && !each.secondary.every((held) => now?.secondary.includes(held))) yield `${each.eniId} lost an address`;
  }
  if (one.kind === 'unassign') return;
  const all = new Set(secondaries(after).map((held) => held.address));
  for (const { address: held } of secondaries(before)) if (!all.has(held)) yield `${held} was lost`;
}

/** Whether an address went from one ENI to another. */
function moved(before: VpcState, after: VpcState): boolean {
  return [...before.enis.values()].some((each) => {
    const now = after.enis.get(each.eniId);
    return now !== undefined && now.secondary.length < each.secondary.length && heldCount(before) === heldCount(after);
  });
}

const heldCount = (state: VpcState): number => [...state.enis.values()].flatMap(addressesOf).length;

/** Whether an Elastic IP went with its address to another ENI. */
function eipMoved(before: VpcState, after: VpcState): boolean {
  return [...before.eips.values()].some(({ allocationId, association }) => {
    const now = after.eips.get(allocationId)?.association;
    return association?.associationId === now?.associationId && association?.eniId !== now?.eniId;
  });
}

describe('the rules, after any sequence of calls', () => {
  test('no address has two holders, none is out of place, primaries stay, Elastic IPs follow, limits hold', () => {
    const seen = { moves: 0, eipMoves: 0, refusals: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), (steps) => {
        const start = world();
        let { state } = start;
        for (const one of steps) {
          const frozen = JSON.stringify([...state.enis, ...state.eips]);
          const after = apply(state, start.eips, one);
          const wrong = [...wrongSteps(state, after, one)];
          if (JSON.stringify([...state.enis, ...state.eips]) !== frozen) wrong.push('the old state was changed');
          if (wrong.length > 0) throw new Error(`after ${JSON.stringify(one)}: ${wrong.join('; ')}`);
          seen.moves += moved(state, after) ? 1 : 0;
          seen.eipMoves += eipMoved(state, after) ? 1 : 0;
          seen.refusals += after === state ? 1 : 0;
          state = after;
        }
      }),
      { numRuns: 40 },
    );
    // What never happened was not tested.
    expect(seen.moves).toBeGreaterThan(20);
    expect(seen.eipMoves).toBeGreaterThan(5);
    expect(seen.refusals).toBeGreaterThan(20);
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
