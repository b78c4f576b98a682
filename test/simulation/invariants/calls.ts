import type { Ec2Action } from '../world/ec2-door';
import type { World } from '../world/world';
import type { Invariant } from './invariant';

/** What EC2 grants an account and Region: the burst, and what comes back each second. */
const BUCKETS: Readonly<Record<Ec2Action, { size: number; perSecond: number }>> = {
  assign: { size: 100, perSecond: 5 },
  unassign: { size: 100, perSecond: 5 },
  describe: { size: 100, perSecond: 20 },
  'find-holder': { size: 100, perSecond: 20 },
};
/** The same account runs other things too: we live on a quarter of each burst, and of each refill. */
const SHARE = 0.25;

/**
 * EC2 calls stay under the published throttle buckets: both members together never use more than a quarter of a bucket's
 * burst beyond a quarter of its refill, which bounds the calls of any hour as well (Assign: 25 + 4500). Most looks there are
 * while the members are apart: each looks at each of its ENIs once a second.
 */
export function calls(world: World): Invariant {
  const full = (action: Ec2Action) => ({ left: BUCKETS[action].size * SHARE, at: 0 });
  const level: Record<Ec2Action, { left: number; at: number }> = {
    assign: full('assign'),
    unassign: full('unassign'),
    describe: full('describe'),
    'find-holder': full('find-holder'),
  };
  return {
    onCall(_machine, action) {
      const { size, perSecond } = BUCKETS[action];
      const bucket = level[action];
      bucket.left = Math.min(size * SHARE, bucket.left + ((world.now - bucket.at) / 1000) * perSecond * SHARE);
      bucket.at = world.now;
      bucket.left -= 1;
      if (bucket.left < 0) world.fail('EC2 calls stay under the throttle buckets', `too many calls of ${action}`);
    },
  };
}
