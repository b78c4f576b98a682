import type { Problem } from '@tg/api';

/** What the ledger says of an address; `none` when it does not name it. */
export type Record_ = 'none' | 'intent' | 'confirmed';

/** Something that failed, and when it may be tried again. */
export interface Trouble {
  problem: Problem;
  failures: number;
  retryAt: number;
}

/** Everything known about one address on one ENI that is, may be, or is to be ours. */
export interface Claim {
  readonly eniId: string;
  readonly address: string;
  nic: string;

  /** What the ledger ought to say. */
  recorded: Record_;
  /** What the ledger is known to say durably. */
  durable: Record_;
  /** In force before: confirmed in the ledger we started from, by a peer or the config, or applied since. Never "refused" then. */
  proven: boolean;

  /** Whether the ENI holds it. Only EC2's explicit answer, or two agreeing looks, change this. */
  presence: 'on' | 'off' | 'unknown';
  /** One look that contradicts `presence`. */
  doubt: { seen: boolean; at: number } | null;
  /** An Assign went out for it, or the ledger or a label named it: it may be on the ENI because of us. */
  attempted: boolean;
  /** From when on a look must show that its ENI does not have it yet, before the first Assign; null: not asked for. */
  lookFrom: number | null;
  /** Such a look showed that it was free. */
  lookedFree: boolean;
  /** EC2 has said since the duty was given that its ENI holds it: by answering a call made since, or a look begun since. */
  sure: boolean;
  /** Until when a mutation that was given up may still take effect. */
  suspectUntil: number | null;
  /** The same for an Assign alone. */
  lateAssign: number | null;
  /** Assigns under way. */
  assigns: number;
  /** This process has asked EC2 to assign it. */
  asked: boolean;
  /** A given-up call may have left it on the ENI, and it is not to be there: take it off once more, to be sure. */
  finalCheck: boolean;

  /** EC2 confirmed it in this duty, or the duty is to resume it: it is never taken back from another member. */
  claimed: boolean;
  /** EC2 showed another member as its holder, although it was `claimed`. */
  taken: boolean;
  /** Describe showed a member as its holder: the next Assign may reassign. */
  mayReassign: boolean;
  /** A call for several addresses was refused because of one of them: call for this one alone. */
  alone: boolean;
  /** The ENI is full, and addresses that this one replaces are to make room. */
  makesRoom: boolean;
  /** Its turn to be released has come; it is not kept any longer, whatever becomes of its replacement. */
  retired: boolean;
  /** EC2 said that another ENI holds it. */
  elsewhere: boolean;
  /** Who holds it is to be looked up. */
  needsHolder: boolean;
  /** Look-ups that showed nobody. */
  holderMisses: number;

  /** The operating system was seen to have it bound, on our NIC. */
  wasBound: boolean;
  trouble: Trouble | null;
  osTrouble: Trouble | null;
  /** Refused for good, and never in force. */
  refused: Problem | null;
  /** Its ENI is not attached to this node. */
  away: Problem | null;
}

export const claimKey = (eniId: string, address: string): string => `${eniId}|${address}`;

export const keyOf = (claim: Claim): string => claimKey(claim.eniId, claim.address);

/** In force before, in the ledger, or asked of EC2 by us. Whatever else is on an ENI is somebody else's. */
export const isKnownOurs = (claim: Claim): boolean => claim.proven || claim.attempted || claim.recorded !== 'none';

export function newClaim(eniId: string, address: string, nic: string): Claim {
  return {
    eniId,
    address,
    nic,
    recorded: 'none',
    durable: 'none',
    proven: false,
    presence: 'unknown',
    doubt: null,
    attempted: false,
    lookFrom: null,
    lookedFree: false,
    sure: false,
    suspectUntil: null,
    lateAssign: null,
    assigns: 0,
    asked: false,
    finalCheck: false,
    claimed: false,
    taken: false,
    mayReassign: false,
    alone: false,
    makesRoom: false,
    retired: false,
    elsewhere: false,
    needsHolder: false,
    holderMisses: 0,
    wasBound: false,
    trouble: null,
    osTrouble: null,
    refused: null,
    away: null,
  };
}

/** EC2 answered for certain: a mutation succeeded or was refused for what the address is. */
export function settle(claim: Claim, presence: 'on' | 'off'): void {
  claim.presence = presence;
  claim.doubt = null;
  if (presence === 'off') claim.sure = false;
}

/**
 * One look at the ENI. A look that contradicts what is known only raises a doubt, since EC2 answers from stale replicas;
 * a second one that agrees with it, at least `agreeMs` later, is believed. Returns true when `presence` changed.
 */
export function observe(claim: Claim, seen: boolean, at: number, agreeMs: number): boolean {
  const value = seen ? 'on' : 'off';
  if (claim.presence === value) {
    claim.doubt = null;
    return false;
  }
  if (claim.doubt?.seen !== seen) {
    claim.doubt = { seen, at };
    return false;
  }
  if (at < claim.doubt.at + agreeMs) return false;
  settle(claim, value);
  return true;
}
