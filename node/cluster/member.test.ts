import type { Heartbeat } from './message';
import { Pair, type Node } from './testing/pair';

/** Both running, `a` active. */
async function formed(pair = new Pair()): Promise<Pair> {
  await pair.start(pair.a, pair.b);
  await pair.clock.advance(5000);
  expect(pair.phases()).toBe('active standby');
  return pair;
}

const takeovers = (node: Node) => node.events.flatMap((event) => (event.type === 'took-over' ? [event.takeover] : []));
const count = (pair: Pair, call: string) => pair.ec2.calls.filter((one) => one === call).length;

const deliver = (pair: Pair, uid: string, heartbeat: Heartbeat) =>
  (pair as unknown as { inboxes: Map<string, (message: Heartbeat) => void> }).inboxes.get(uid)!(heartbeat);

describe('start', () => {
  test('the configured active member claims as soon as both are there', async () => {
    const pair = await formed();
    expect(pair.ec2.holder).toBe('a');
    expect(pair.a.holder.bound).toBe(true);
    expect(pair.b.holder.bound).toBe(false);
    expect(pair.b.member.status()).toMatchObject({ holder: 'a', term: { number: 1, uid: 'a' } });
    expect(count(pair, 'a assign') + count(pair, 'b assign')).toBe(1);
  });

  test('alone it listens for one timeout; the member that is not preferred for two', async () => {
    const first = new Pair();
    await first.start(first.a);
    await first.clock.advance(2900);
    expect(first.a.member.status().phase).toBe('listening');
    await first.clock.advance(600);
    expect(first.a.member.status().phase).toBe('active');

    const second = new Pair();
    await second.start(second.b);
    await second.clock.advance(5800);
    expect(second.ec2.holder).toBeNull();
    await second.clock.advance(800);
    expect(second.ec2.holder).toBe('b');
  });

  test('a restarted holder goes on with its term, and nothing moves', async () => {
    const pair = await formed();
    pair.kill(pair.a);
    await pair.clock.advance(500);
    await pair.restart(pair.a);
    await pair.clock.advance(3000);
    expect(pair.phases()).toBe('active standby');
    expect(pair.a.member.status().term).toEqual({ number: 1, uid: 'a' });
    expect(count(pair, 'a assign') + count(pair, 'b assign')).toBe(1);
  });

  test('without a durable reservation nothing is claimed', async () => {
    const pair = new Pair();
    pair.a.disk.full = true;
    await pair.start(pair.a);
    await pair.clock.advance(10_000);
    expect(pair.ec2.holder).toBeNull();
    expect(pair.a.member.status().problems.join()).toContain('cannot be stored');
    pair.a.disk.full = false;
    await pair.clock.advance(2000);
    expect(pair.ec2.holder).toBe('a');
  });

  test('a number of an earlier process is never used again', async () => {
    const pair = await formed();
    pair.kill(pair.b);
    pair.kill(pair.a);
    pair.a.disk.record = { term: null, released: false, reserved: 9, honoured: null };
    pair.ec2.holder = null;
    await pair.restart(pair.a);
    await pair.clock.advance(5000);
    expect(pair.a.member.status().term?.number).toBe(10);
  });
});

describe('ungraceful', () => {
  test('after a silence of the timeout the standby claims with one call', async () => {
    const pair = await formed();
    const before = pair.ec2.calls.length;
    pair.kill(pair.a);
    await pair.clock.advance(2700);
    expect(pair.ec2.holder).toBe('a');
    await pair.clock.advance(700);
    expect(pair.ec2.holder).toBe('b');
    expect(pair.b.holder.bound).toBe(true);
    const [takeover] = takeovers(pair.b);
    expect(takeover).toMatchObject({ cause: 'silence', from: 'a', term: { number: 2, uid: 'b' } });
    expect(takeover!.confirmedAt - takeover!.decidedAt).toBe(20);
    expect(pair.ec2.calls.slice(before).filter((call) => call.endsWith('assign'))).toEqual(['b assign']);
  });

  test('the old active comes back, stands by, and gets it back when it has been fit for a timeout', async () => {
    const pair = await formed();
    pair.kill(pair.a);
    await pair.clock.advance(5000);
    await pair.restart(pair.a);
    await pair.clock.advance(1000);
    expect(pair.phases()).toBe('standby active');
    expect(pair.a.holder.bound).toBe(false);
    await pair.clock.advance(3000);
    expect(pair.phases()).toBe('active standby');
    expect(takeovers(pair.a).at(-1)).toMatchObject({
      cause: 'handed-over',
      term: { uid: 'a' },
    });
  });

  test('under manualFailback it stays where it is', async () => {
    const pair = new Pair();
    pair.view.mode = 'manualFailback';
    await formed(pair);
    pair.kill(pair.a);
    await pair.clock.advance(5000);
    await pair.restart(pair.a);
    await pair.clock.advance(20_000);
    expect(pair.phases()).toBe('standby active');
    pair.configure({ active: { uid: 'a', stamp: 'a2' } });
    await pair.clock.advance(1000);
    expect(pair.phases()).toBe('active standby');
  });

  test('a member that EC2 does not answer does not claim, and does when it answers again', async () => {
    const pair = await formed();
    pair.ec2.reaches.set('b', false);
    await pair.clock.advance(100);
    pair.kill(pair.a);
    await pair.clock.advance(20_000);
    expect(count(pair, 'b assign')).toBe(0);
    expect(pair.b.holder.bound).toBe(false);
    pair.ec2.reaches.set('b', true);
    await pair.clock.advance(1500);
    expect(pair.ec2.holder).toBe('b');
  });

  test('trouble with EC2 does not demote a holder, with the peer there or silent', async () => {
    const pair = await formed();
    pair.ec2.reaches.set('a', false);
    await pair.clock.advance(10_000);
    expect(pair.phases()).toBe('active standby');
    pair.kill(pair.b);
    await pair.clock.advance(60_000);
    expect(pair.a.member.status().phase).toBe('active');
    expect(pair.a.holder.bound).toBe(true);
  });

  test('a member whose NIC has no link does not claim on silence', async () => {
    const pair = await formed();
    pair.b.fitness.healthy = false;
    pair.kill(pair.a);
    await pair.clock.advance(20_000);
    expect(pair.ec2.holder).toBe('a');
    expect(count(pair, 'b assign')).toBe(0);
  });
});

describe('graceful', () => {
  test.each(['release', 'move'] as const)('%s: the configured active member changes', async (handover) => {
    const pair = new Pair();
    pair.view.handover = handover;
    await formed(pair);
    const before = pair.ec2.calls.length;
    pair.configure({ active: { uid: 'b', stamp: 'b1' } });
    await pair.clock.advance(200);
    expect(pair.phases()).toBe('standby active');
    expect(pair.ec2.holder).toBe('b');
    expect(pair.a.holder.bound).toBe(false);
    const calls = pair.ec2.calls.slice(before).filter((call) => call.endsWith('assign'));
    expect(calls).toEqual(handover === 'release' ? ['a unassign', 'b assign'] : ['b assign']);
  });

  test('a holder that stops hands over first', async () => {
    const pair = await formed();
    const stopped = pair.a.member.stop({ handOver: true });
    await pair.clock.advance(200);
    expect(await stopped).toBe(true);
    expect(pair.ec2.holder).toBe('b');
  });

  test('with nobody to take over it keeps what it holds', async () => {
    const pair = await formed();
    pair.kill(pair.b);
    await pair.clock.advance(5000);
    const stopped = pair.a.member.stop({ handOver: true });
    await pair.clock.advance(1);
    expect(await stopped).toBe(false);
    expect(pair.ec2.holder).toBe('a');
  });

  test('a holder that becomes unfit gives way to a fit peer, and takes it back when it is fit again', async () => {
    const pair = await formed();
    pair.a.fitness.healthy = false;
    pair.a.member.poke();
    await pair.clock.advance(500);
    expect(pair.phases()).toBe('standby active');
    pair.a.fitness.healthy = true;
    await pair.clock.advance(5000);
    expect(pair.phases()).toBe('active standby');
  });

  test('an unfit holder whose peer is no better goes on', async () => {
    const pair = await formed();
    pair.b.fitness.healthy = false;
    pair.b.member.poke();
    await pair.clock.advance(10);
    pair.a.fitness.healthy = false;
    await pair.clock.advance(10_000);
    expect(pair.phases()).toBe('active standby');
    expect(count(pair, 'a assign')).toBe(1);
  });

  test('when both become unfit at once, one of them serves all the same', async () => {
    const pair = await formed();
    pair.a.fitness.healthy = false;
    pair.b.fitness.healthy = false;
    await pair.clock.advance(10_000);
    expect(pair.ec2.holder).not.toBeNull();
  });

  test('a hand-over from a holder without EC2 is a move', async () => {
    const pair = await formed();
    pair.ec2.reaches.set('a', false);
    pair.a.holder.look();
    await pair.clock.advance(100);
    pair.configure({ active: { uid: 'b', stamp: 'b1' } });
    await pair.clock.advance(300);
    expect(pair.ec2.holder).toBe('b');
    expect(count(pair, 'a unassign')).toBe(0);
  });

  test('a gainer that cannot assign leaves a moving holder in place', async () => {
    const pair = new Pair();
    pair.view.handover = 'move';
    await formed(pair);
    pair.ec2.reaches.set('b', false); // it does not know yet
    pair.configure({ active: { uid: 'b', stamp: 'b1' } });
    await pair.clock.advance(10_000);
    expect(pair.ec2.holder).toBe('a');
    expect(pair.a.holder.bound).toBe(true);
    expect(pair.a.member.status().phase).toMatch(/active|yielding/);
  });
});

describe('split', () => {
  const cut = (pair: Pair, on: boolean) => {
    pair.a.sends = !on;
    pair.b.sends = !on;
  };

  test('with the heartbeat cut the standby takes over, the old holder notices, and the moves become rare', async () => {
    const pair = await formed();
    cut(pair, true);
    await pair.clock.advance(6000);
    expect(pair.phases()).toBe('standby active');
    expect(pair.a.holder.bound).toBe(false);
    await pair.clock.advance(3_600_000);
    const moves = count(pair, 'a assign') + count(pair, 'b assign');
    expect(moves).toBeLessThan(30);
    expect(moves).toBeGreaterThan(2);
  });

  test('healed, exactly one holds, and the preferred one in the end', async () => {
    const pair = await formed();
    cut(pair, true);
    await pair.clock.advance(6000);
    cut(pair, false);
    await pair.clock.advance(6000);
    expect(pair.phases()).toBe('active standby');
    expect(pair.ec2.holder).toBe('a');
    expect(pair.b.holder.bound).toBe(false);
  });

  test('one way: the side that hears nothing claims, the other one hears of it and gives way', async () => {
    const pair = await formed();
    pair.a.sends = false;
    await pair.clock.advance(4000);
    expect(pair.phases()).toBe('standby active');
    expect(pair.ec2.holder).toBe('b');
    expect(pair.a.holder.bound).toBe(false);
  });
});

test('nothing is handed over by choice to a peer that has another config: it would hand over in turn', async () => {
  const pair = await formed();
  pair.a.version = { a: 2 };
  pair.b.version = { a: 1 };
  pair.configure({ active: { uid: 'b', stamp: 'a2' } });
  await pair.clock.advance(10_000);
  expect(pair.phases()).toBe('active standby');
  pair.b.version = { a: 2 };
  await pair.clock.advance(1000);
  expect(pair.phases()).toBe('standby active');
});

test('a holder watches its ENI while the peer claims and for a while after, since what was given up may come true', async () => {
  const pair = await formed();
  await pair.clock.advance(10_000);
  expect(pair.a.holder.lookMs).toBeNull();
  pair.kill(pair.b);
  await pair.clock.advance(100);
  await pair.restart(pair.b);
  await pair.clock.advance(500);
  expect(pair.a.holder.lookMs).toBe(1000);
  await pair.clock.advance(10_000);
  expect(pair.phases()).toBe('active standby');
  expect(pair.a.holder.lookMs).toBeNull();
});

test('a member that EC2 did not answer looks until it does: it could not take over before', async () => {
  const pair = await formed();
  await pair.clock.advance(10_000);
  pair.ec2.reaches.set('b', false);
  pair.b.holder.look();
  await pair.clock.advance(1000);
  expect(pair.b.holder.lookMs).toBe(1000);
  pair.ec2.reaches.set('b', true);
  pair.b.holder.look();
  await pair.clock.advance(1000);
  expect(pair.b.holder.lookMs).toBeNull();
});

describe('a pause of the process', () => {
  test('a holder that was paused renews nothing before it knows that it still holds', async () => {
    const pair = await formed();
    const { member, holder } = pair.a;
    // What a paused process sees: time has passed, and nothing of its own has run.
    const now = pair.clock.now.bind(pair.clock);
    pair.clock.now = () => now() + 2000;
    holder.act();
    expect(holder.role).toBe('suspend');
    expect(member.status().phase).toBe('suspended');
    await pair.clock.advance(100);
    expect(member.status().phase).toBe('active');
    expect(holder.role).toBe('resume');
  });

  test('a Cluster Timeout that changes during the pause does not make the holder renew before', async () => {
    const pair = await formed();
    const { holder } = pair.a;
    const roles: string[] = [];
    holder.setTimeout = () => roles.push(holder.role);
    const now = pair.clock.now.bind(pair.clock);
    pair.clock.now = () => now() + 5000;
    pair.configure({ timeoutMs: 6000 });
    expect(roles).toEqual(['suspend']);
  });

  test('a standby that was paused believes nothing the peer said before', async () => {
    const pair = await formed();
    // The last that `a` hears is that `b` stands by; then `b` takes over unheard, and `a` is paused.
    pair.configure({ active: { uid: 'b', stamp: 'b1' } });
    await pair.clock.advance(5000);
    expect(pair.phases()).toBe('standby active');
    const { member } = pair.a;
    pair.b.sends = false;
    const before = pair.ec2.calls.length;
    const now = pair.clock.now.bind(pair.clock);
    pair.clock.now = () => now() + 60_000;
    pair.configure({ active: { uid: 'a', stamp: 'a2' } });
    await pair.clock.advance(1000);
    expect(member.status().phase).toBe('standby');
    expect(member.status().peer!.reachable).toBe(false);
    expect(pair.ec2.calls.slice(before).filter((call) => call === 'a assign')).toEqual([]);
  });
});

test('a heartbeat that is older than the last one changes nothing', async () => {
  const pair = await formed();
  const heartbeat = pair.b.member.status().peer!.heartbeat;
  pair.configure({ active: { uid: 'b', stamp: 'b1' } });
  await pair.clock.advance(1000);
  expect(pair.phases()).toBe('standby active');
  const before = pair.b.member.status();
  // The old holder's claim to hold arrives once more.
  deliver(pair, 'b', heartbeat);
  expect(pair.b.member.status()).toEqual(before);
});

test('what an earlier process of the peer said and comes late does not make the running one unheard', async () => {
  const pair = await formed();
  const ofThePast = pair.b.member.status().peer!.heartbeat;
  pair.kill(pair.a);
  // One that has never heard of that process.
  pair.kill(pair.b);
  await pair.restart(pair.a);
  await pair.restart(pair.b);
  await pair.clock.advance(5000);
  expect(pair.b.member.status().peer!.heartbeat.boot).toBe('a2');
  deliver(pair, 'b', ofThePast);
  expect(pair.b.member.status().peer!.heartbeat.boot).toBe('a1');
  await pair.clock.advance(1000);
  expect(pair.b.member.status().peer!.heartbeat.boot).toBe('a2');
  deliver(pair, 'b', { ...ofThePast, seq: ofThePast.seq + 1 });
  expect(pair.b.member.status().peer!.heartbeat.boot).toBe('a2');
});

test('terms never go down and no two claims share one', async () => {
  const pair = await formed();
  for (let i = 0; i < 20; i++) {
    pair.configure({ active: { uid: i % 2 === 0 ? 'b' : 'a', stamp: `s${i}` } });
    await pair.clock.advance(500);
  }
  const terms = [...takeovers(pair.a), ...takeovers(pair.b)].map(({ term }) => term.number);
  expect(new Set(terms).size).toBe(terms.length);
  expect(terms.length).toBe(21);
});
