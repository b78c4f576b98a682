import type { Desired } from '../types';
import { Rig } from './rig';

/** The cluster's addresses in the tests of a member. */
export const BOTH = ['10.0.1.50', '10.0.1.51'];

export const clusterWants = (version = 1, addresses: readonly string[] = BOTH): Desired => ({
  version,
  addresses: addresses.map((address) => ({ address, nic: 'eth1', confirmed: true })),
});

type Options = ConstructorParameters<typeof Rig>[0];

/** A member whose peer's ENI `eni-b` holds the addresses; no duty was given yet. */
export async function newMember(options: Options = {}): Promise<Rig> {
  const rig = new Rig(options);
  rig.members.add('eni-b');
  rig.model.eni('eni-b').secondary.push(...BOTH);
  await rig.node.start();
  rig.node.setDesired(clusterWants());
  return rig;
}

/** A member that has stood by for a while. */
export async function standbyMember(options: Options = {}): Promise<Rig> {
  const rig = await newMember(options);
  rig.node.standBy('release');
  await rig.clock.advance(30_000);
  rig.model.calls.length = 0;
  return rig;
}

/** A member that has taken the addresses, a while ago. */
export async function holdingMember(options: Options = {}): Promise<Rig> {
  const rig = await standbyMember(options);
  rig.node.take();
  await rig.clock.advance(10_500);
  expect(rig.secondaries()).toEqual([...BOTH, '10.0.1.77']);
  rig.model.calls.length = 0;
  return rig;
}

/** A new process on a machine whose ENI holds the addresses and whose ledger says so; nothing is bound. */
export async function restartedMember(): Promise<Rig> {
  const rig = await holdingMember();
  rig.kill();
  rig.model.reboot();
  rig.make();
  await rig.node.start();
  rig.node.setDesired(clusterWants());
  rig.model.calls.length = 0;
  return rig;
}

/** The peer's ENI takes them, whoever has them. */
export const peerTakes = (rig: Rig, addresses: readonly string[] = BOTH): void =>
  rig.model.assign('eni-b', addresses, true);

/** Which of the addresses are bound here. */
export const boundHere = (rig: Rig): string[] =>
  BOTH.filter((address) => rig.model.boundNow().includes(`${address}@eth1`));
