import type { Heartbeat, Phase } from '../message';
import type { MemberRecord } from '../ports';
import type { Term } from '../term';

/** Why a claim was made, or the addresses were handed over. For people, metrics and the choice of what cancels it. */
export type Cause =
  | 'start' // nobody held when this member started
  | 'silence' // the peer was silent for the Cluster Timeout
  | 'ownerless' // the peer is there and says that nobody holds
  | 'handed-over' // the holder released the addresses for us
  | 'moved-over' // the holder asked us to take them in one call
  | 'alone'; // there is no other member

/** Why a holder hands over. */
export type HandoverCause = 'stop' | 'unfit' | 'active-changed' | 'failback';

/** A process of the peer that another one was heard after. */
export interface PastBoot {
  boot: string;
  /** No heartbeat of ours from this number on can have reached it, if it is past indeed. */
  until: number;
}

/** What is known of the peer. */
export interface Peer {
  heartbeat: Heartbeat;
  /** When the newest heartbeat came. */
  at: number;
  /** Since when it has said that it is in its phase. */
  phaseSince: number;
  /** Since when it has been heard without a silence, under one boot, fit throughout. Null: it is not fit. */
  fitSince: number | null;
  /** Earlier boots: what still comes from them is old. */
  pastBoots: readonly PastBoot[];
}

/** Everything a member knows and has decided. Never changed in place. */
export interface MemberState {
  phase: Phase;
  /** When the phase began. */
  since: number;
  /** The highest term known to be in effect. */
  term: Term | null;
  /** `term` is known to be over. */
  released: boolean;
  /** The claim under way, or the term held. */
  mine: Term | null;
  cause: Cause | null;
  handover: HandoverCause | null;
  /** The highest claim number used, by this process or, for all it knows, an earlier one. */
  reserved: number;
  honoured: string | null;

  peer: Peer | null;
  /** A heartbeat of any peer has come since the start. */
  heardEver: boolean;
  /** How long the peer has been silent, counting only time in which this member's loop ran. */
  silence: number;
  /** When the machine last ran. */
  ranAt: number;
  /** Since when the peer has been there while nobody held; null: somebody does, or may. */
  ownerlessSince: number | null;

  /** No claim on silence before this. */
  heldDownUntil: number;
  /** The length of the last hold-down; doubles with each. 0: none since heartbeats last came. */
  heldDownMs: number;
  /** No claim or hand-over by own choice before this, after one that came to nothing. */
  retryAt: number;
  failures: number;
  /** The first own heartbeat after a pause: an answer to it proves that the peer speaks of now. */
  askedSeq: number | null;
  /** When this member went on after its last pause, and its first heartbeat since; null: it was never paused. */
  woke: { at: number; seq: number } | null;
  /** The number of the next heartbeat. */
  seq: number;
}

/** A member that has just started with what its disk says. */
export function initialState(record: MemberRecord | null, now: number): MemberState {
  return {
    phase: 'listening',
    since: now,
    term: record?.term ?? null,
    released: record?.released ?? false,
    mine: null,
    cause: null,
    handover: null,
    reserved: record?.reserved ?? 0,
    honoured: record?.honoured ?? null,
    peer: null,
    heardEver: false,
    silence: 0,
    ranAt: now,
    ownerlessSince: null,
    heldDownUntil: 0,
    heldDownMs: 0,
    retryAt: 0,
    failures: 0,
    askedSeq: null,
    woke: null,
    seq: 0,
  };
}
