import * as fc from 'fast-check';
import type { HolderFacts } from './holder';
import { throttled, unauthorized, unreachable } from './testing/model';
import {
  BOTH,
  boundHere,
  clusterWants,
  holdingMember,
  newMember,
  peerTakes,
  restartedMember,
  standbyMember,
} from './testing/member';
import { eth2, Rig, want } from './testing/rig';
import { timingOf } from './timing';

jest.setTimeout(30_000);

const looks = (rig: Rig) => rig.model.count('describe-eni');

test('wanted counts every address, also on a NIC that is not known, of which nobody can say anything', async () => {
  const rig = await newMember();
  const [first, second] = clusterWants().addresses;
  rig.node.setDesired({ version: 2, addresses: [first!, { ...second!, nic: 'eth9' }] });
  rig.node.take();
  await rig.clock.advance(3000);
  expect(rig.node.facts()).toMatchObject({ wanted: 2, held: 'unknown' });
});

test('with nothing wanted, all is held', async () => {
  const rig = new Rig();
  await rig.node.start();
  rig.node.setDesired(want(1, null));
  rig.node.take();
  expect(rig.node.facts()).toMatchObject({ wanted: 0, held: 'all', taken: false, assigning: false });
  rig.node.standBy('release');
  expect(rig.node.facts()).toMatchObject({ held: 'all', released: true });
});

test('an address refused for good does not keep the others from being all', async () => {
  const rig = await newMember();
  const [first] = clusterWants().addresses;
  rig.node.setDesired({ version: 2, addresses: [first!, { address: '10.0.9.9', nic: 'eth1' }] });
  rig.node.take();
  await rig.clock.advance(1000);
  expect(rig.told('refused')).toHaveLength(1);
  expect(rig.node.facts().held).toBe('all');
});

test('one look that misses an address takes nothing away; two do', async () => {
  const rig = await holdingMember();
  rig.model.unassign('eni-a', BOTH);
  rig.model.fault('assign', { kind: 'error', error: throttled() }, 1e6);
  rig.node.look();
  await rig.clock.advance(1000);
  expect(rig.node.facts().held).toBe('all');
  await rig.clock.advance(2000);
  expect(rig.node.facts()).toMatchObject({ held: 'none', taken: false, assigning: false });
});

test('an Assign that was given up may take effect until its time is over', async () => {
  const rig = await standbyMember({ timing: { ec2TimeoutMs: 1000, watchMs: 4000 } });
  rig.model.fault('assign', { kind: 'late', afterMs: 1e6 });
  rig.node.take();
  expect(rig.node.facts().assigning).toBe(true);
  rig.node.suspend();
  await rig.clock.advance(4990);
  expect(rig.node.facts()).toMatchObject({ assigning: true, ec2: true });
  let told = 0;
  rig.node.onFacts(() => (told += 1));
  await rig.clock.advance(20);
  expect(rig.node.facts().assigning).toBe(false);
  expect(told).toBeGreaterThan(0);
});

describe('ec2', () => {
  test('is null before the first answer', async () => {
    const rig = new Rig();
    await rig.node.start();
    expect(rig.node.facts().ec2).toBeNull();
    await rig.clock.advance(100);
    expect(rig.node.facts().ec2).toBe(true);
  });

  test.each([throttled(), unauthorized(), unreachable()])(
    'is false after $reason, true after an answer',
    async (error) => {
      const rig = await standbyMember();
      expect(rig.node.facts().ec2).toBe(true);
      rig.model.fault('describe-eni', { kind: 'error', error });
      rig.node.look();
      await rig.clock.advance(30);
      expect(rig.node.facts().ec2).toBe(false);
      rig.node.look();
      await rig.clock.advance(30);
      expect(rig.node.facts().ec2).toBe(true);
    },
  );

  test('a refusal about an address is an answer', async () => {
    const rig = await standbyMember();
    rig.model.fault('describe-eni', { kind: 'error', error: throttled() }, 1e6);
    rig.node.look();
    await rig.clock.advance(30);
    rig.model.addEni({ eniId: 'eni-y', primary: '10.0.1.51' });
    rig.node.take();
    await rig.clock.advance(21);
    expect(rig.node.facts().ec2).toBe(true);
  });
});

describe('looks', () => {
  test('a look that was asked for while one was under way is made after it', async () => {
    const rig = await standbyMember();
    rig.node.look();
    await rig.clock.advance(10);
    const asked = rig.clock.now();
    rig.node.look();
    rig.node.look();
    expect(looks(rig)).toBe(1);
    await rig.clock.advance(15);
    expect(rig.node.facts().lookedAt).toBeLessThan(asked);
    await rig.clock.advance(20);
    expect(looks(rig)).toBe(2);
    expect(rig.node.facts().lookedAt).toBeGreaterThanOrEqual(asked);
    await rig.clock.advance(5000);
    expect(looks(rig)).toBe(2);
  });

  test('a look that was asked for does not wait for the back-off of one that failed', async () => {
    const rig = await standbyMember();
    rig.model.fault('describe-eni', { kind: 'error', error: unauthorized() });
    rig.node.look();
    await rig.clock.advance(1000);
    expect(looks(rig)).toBe(1);
    rig.node.look();
    expect(looks(rig)).toBe(2);
  });

  test('as often as told, and as usual again', async () => {
    const rig = await holdingMember();
    rig.node.lookEvery(1000);
    await rig.clock.advance(20_000);
    expect(looks(rig)).toBeGreaterThanOrEqual(19);
    expect(looks(rig)).toBeLessThanOrEqual(21);
    rig.node.lookEvery(null);
    await rig.clock.advance(2000);
    rig.model.calls.length = 0;
    await rig.clock.advance(60_000);
    expect(looks(rig)).toBeLessThanOrEqual(1);
  });

  test('two looks that far apart agree', async () => {
    const rig = await holdingMember();
    rig.node.lookEvery(500);
    await rig.clock.advance(3000);
    peerTakes(rig);
    await rig.clock.advance(1200);
    expect(rig.node.facts().taken).toBe(true);
    expect(rig.model.calls.filter((c) => c.allowReassignment === true)).toEqual([]);
  });

  test('one that fails is repeated soon while they matter, also one that a person must make possible', async () => {
    const rig = await holdingMember();
    rig.node.lookEvery(1000);
    rig.model.fault('describe-eni', { kind: 'error', error: unauthorized() }, 20);
    await rig.clock.advance(120_000);
    expect(rig.node.facts().ec2).toBe(true);
  });

  test('lookedAt is that of the ENI whose newest look is the oldest; null while one was never seen', async () => {
    const rig = new Rig();
    rig.nics.push(eth2);
    rig.model.addEni({ eniId: 'eni-a2', primary: '10.0.1.12' });
    rig.make();
    rig.model.fault('describe-eni', { kind: 'error', error: unauthorized() });
    await rig.node.start();
    const [first, second] = clusterWants().addresses;
    rig.node.setDesired({ version: 1, addresses: [first!, { ...second!, nic: 'eth2' }] });
    rig.node.suspend();
    await rig.clock.advance(1000);
    expect(rig.node.facts().lookedAt).toBeNull();
    rig.node.look();
    await rig.clock.advance(30);
    expect(rig.node.facts().lookedAt).toBe(1000);
    rig.model.fault('describe-eni', { kind: 'error', error: unauthorized() });
    await rig.clock.advance(970);
    rig.node.look();
    await rig.clock.advance(30);
    expect(rig.node.facts().lookedAt).toBe(1000);
  });
});

describe('what follows from the Cluster Timeout', () => {
  test.each([
    [3000, 2, 500],
    [3999, 2, 500],
    [4000, 3, 500],
    [5000, 4, 1000],
    [6000, 5, 1000],
    [10_000, 5, 1000],
    [600_000, 5, 1000],
  ])('%d ms: %d s, refreshed every %d ms', (timeout, lifetimeSeconds, refreshMs) => {
    expect(timingOf(timeout)).toEqual({ lifetimeSeconds, refreshMs });
  });

  test('is in force at once, on what is bound too', async () => {
    const rig = await holdingMember();
    rig.node.setTimeout(3000);
    await rig.clock.advance(5);
    expect(rig.model.addresses().find((b) => b.address === '10.0.1.50')?.validSeconds).toBe(2);
    rig.model.calls.length = 0;
    rig.node.setTimeout(3000);
    expect(rig.model.calls).toEqual([]);
    await rig.clock.advance(10_000);
    expect(rig.model.count('bind')).toBeGreaterThanOrEqual(19);
    rig.node.setTimeout(10_000);
    await rig.clock.advance(5);
    expect(rig.model.addresses().find((b) => b.address === '10.0.1.50')?.validSeconds).toBe(5);
  });
});

describe('listeners', () => {
  test('hear of each change once, and of nothing else', async () => {
    const rig = await standbyMember();
    const heard: HolderFacts[] = [];
    const stop = rig.node.onFacts(() => heard.push(rig.node.facts()));
    rig.node.take();
    expect(heard).toMatchObject([{ released: false, assigning: true, held: 'unknown' }]);
    await rig.clock.advance(100);
    expect(heard.at(-1)).toMatchObject({ held: 'all', assigning: false });
    const before = heard.length;
    await rig.clock.advance(20_000); // the look that verifies, and twenty refreshes
    expect(heard.length).toBe(before + 1);
    for (const [i, facts] of heard.entries()) expect(facts).not.toEqual(heard[i - 1]);
    stop();
    rig.node.standBy('release');
    expect(heard.length).toBe(before + 1);
  });

  test('may give another duty, which is carried out before they return', async () => {
    const rig = await standbyMember();
    const seen: unknown[] = [];
    rig.node.onFacts(() => {
      const { held } = rig.node.facts();
      if (held !== 'all' || seen.length > 0) return;
      rig.node.standBy('moved');
      seen.push(rig.model.calls.at(-1)?.call, rig.node.facts().held);
    });
    rig.node.take();
    await rig.clock.advance(100);
    expect(seen).toEqual(['disconnect', 'unknown']);
    expect(boundHere(rig)).toEqual([]);
    await rig.clock.advance(10_000);
    expect(rig.secondaries()).toEqual(['10.0.1.77']);
  });

  test('may take when a release is over, with the Assign on its way before they return', async () => {
    const rig = await holdingMember();
    rig.node.onFacts(() => {
      if (!rig.node.facts().released) return;
      rig.model.calls.length = 0;
      rig.node.take();
      expect(rig.model.calls.map((c) => c.call)).toEqual(['assign', 'bind']);
    });
    rig.node.standBy('release');
    await rig.clock.advance(1000);
    expect(rig.node.facts().held).toBe('all');
    expect(boundHere(rig)).toEqual(BOTH);
  });

  test('that throw do not stop those after them from hearing of later changes', async () => {
    const rig = await standbyMember();
    const stop = rig.node.onFacts(() => {
      throw new Error('oops');
    });
    expect(() => rig.node.take()).toThrow('oops');
    stop();
    let heard = 0;
    rig.node.onFacts(() => (heard += 1));
    await rig.clock.advance(100);
    expect(heard).toBeGreaterThan(0);
  });

  test('before anything is renewed after a pause, the cluster can suspend', async () => {
    const rig = await holdingMember();
    const seen: string[] = [];
    rig.node.beforeActing(() => {
      if (rig.clock.now() < 100_000) return;
      seen.push(rig.model.calls.at(-1)?.call ?? 'nothing');
      rig.node.suspend();
    });
    await rig.clock.advance(500);
    rig.model.calls.length = 0;
    rig.clock.pause(100_000);
    await rig.clock.advance(0);
    expect(seen[0]).toBe('nothing');
    await rig.clock.advance(10_000);
    expect(rig.model.calls.filter((c) => !['list', 'describe-eni'].includes(c.call))).toEqual([]);
    expect(rig.node.facts().held).toBe('all');
  });
});

test('before a duty is given, one look tells whether the ENI holds what is wanted', async () => {
  const rig = await restartedMember();
  rig.node.suspend();
  rig.node.look();
  await rig.clock.advance(50);
  expect(rig.node.facts()).toMatchObject({ held: 'all', released: false });
});

type Act = 'take' | 'resume' | 'release' | 'moved' | 'suspend' | 'look' | 'peer-takes' | 'off' | number;

test('whatever duties follow each other: only a taker reassigns, nothing is changed in suspense, and held is true of now', async () => {
  const act = fc.oneof(
    fc.constantFrom<Act>('take', 'resume', 'release', 'moved', 'suspend', 'look', 'peer-takes', 'off'),
    fc.constantFrom<Act>(5, 30, 700, 2500, 6000),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 30 }), fc.constantFrom(20, 900, 6000), async (acts, latencyMs) => {
      const rig = await newMember();
      rig.model.latencyMs = latencyMs;
      let duty = 'undecided';
      /** When each address was last seen to leave our ENI, and when the duty was given. */
      let since = 0;
      const heldSince = new Set<string>();
      const note = () => {
        for (const address of BOTH) if (rig.secondaries().includes(address)) heldSince.add(address);
      };
      const check = () => {
        note();
        if (rig.node.facts().held === 'all') expect([...heldSince].sort()).toEqual(BOTH);
        for (const call of rig.model.calls.splice(0)) {
          if (call.call === 'assign' && call.allowReassignment === true && call.at >= since) expect(duty).toBe('take');
          // An unbind under way has begun with the disconnect.
          if (duty === 'suspend') expect(['list', 'describe-eni', 'save', 'unbind']).toContain(call.call);
          if (duty === 'release' || duty === 'moved') expect(['assign', 'bind']).not.toContain(call.call);
        }
      };
      rig.node.onFacts(check);
      for (const one of acts) {
        if (typeof one === 'number') {
          for (let left = one; left > 0; left -= 5) {
            await rig.clock.advance(5);
            check();
          }
        } else if (one === 'peer-takes') peerTakes(rig);
        else if (one === 'off') {
          for (const eniId of rig.model.holders('10.0.1.50')) rig.model.unassign(eniId, ['10.0.1.50']);
        } else if (one === 'look') rig.node.look();
        else {
          check();
          if (one !== duty) {
            duty = one;
            since = rig.clock.now();
            heldSince.clear();
            note();
          }
          if (one === 'release' || one === 'moved') rig.node.standBy(one);
          else rig.node[one]();
        }
        check();
      }
    }),
    { numRuns: 60 },
  );
});
