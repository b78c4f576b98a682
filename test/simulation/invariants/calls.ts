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
/** The same account runs other things too: we live on a tenth of each bucket. */
const SHARE = 0.1;

/**
 * EC2 calls stay under the published throttle buckets: both members together never use more than a tenth of a bucket's
 * burst beyond a tenth of its refill, which bounds the calls of any hour as well (Assign: 10 + 1800).
 */
export function calls(world: World): Invariant {
  const level: Record<Ec2Action, { left: number; at: number }> = {
    assign: { left: BUCKETS.assign.size * SHARE, at: 0 },
    unassign: { left: BUCKETS.unassign.size * SHARE, at: 0 },
    describe: { left: BUCKETS.describe.size * SHARE * 2, at: 0 },
    'find-holder': { left: BUCKETS['find-holder'].size * SHARE, at: 0 },
  };
  return {
    onCall(_machine, action) {
      const { size, perSecond } = BUCKETS[action];
      const bucket = level[action];
      const share = action === 'describe' ? SHARE * 2 : SHARE;
      bucket.left = Math.min(size * share, bucket.left + ((world.now - bucket.at) / 1000) * perSecond * share);
      bucket.at = world.now;
      bucket.left -= 1;
      if (bucket.left < 0) world.fail('EC2 calls stay under the throttle buckets', `too many calls of ${action}`);
    },
  };
}
