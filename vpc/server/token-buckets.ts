/** AWS's limits: how many calls at once, and how many more each second. */
interface Rate {
  burst: number;
  perSecond: number;
}

const ADDRESSES: Rate = { burst: 100, perSecond: 5 };
const OTHER_CHANGES: Rate = { burst: 50, perSecond: 5 };
const NARROW_READS: Rate = { burst: 100, perSecond: 20 };
const BROAD_READS: Rate = { burst: 50, perSecond: 10 };

const ADDRESS_ACTIONS = new Set([
  'AssignPrivateIpAddresses',
  'UnassignPrivateIpAddresses',
  'ModifyNetworkInterfaceAttribute',
]);

function rateOf(action: string, narrow: boolean): Rate {
  if (ADDRESS_ACTIONS.has(action)) return ADDRESSES;
  if (action.startsWith('Describe')) return narrow ? NARROW_READS : BROAD_READS;
  return OTHER_CHANGES;
}

/** One token bucket per action (and, for a Describe, one each for filtered and unfiltered), as EC2 keeps per account and region. */
export class TokenBuckets {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  /** Takes a token; false when the bucket is empty. `now` in milliseconds of a steady clock. */
  take(call: { action: string; narrow: boolean }, now: number): boolean {
    const rate = rateOf(call.action, call.narrow);
    const key = `${call.action}${call.narrow ? '+filter' : ''}`;
    const old = this.buckets.get(key) ?? { tokens: rate.burst, at: now };
    const tokens = Math.min(rate.burst, old.tokens + ((now - old.at) / 1000) * rate.perSecond);
    const taken = tokens >= 1;
    this.buckets.set(key, { tokens: taken ? tokens - 1 : tokens, at: now });
    return taken;
  }

  clear(): void {
    this.buckets.clear();
  }
}
