import type { Fitness, VersionVector } from '../message';
import type { ClusterView, HolderFacts } from '../ports';
import type { MemberState } from './state';

/** What the machine decides from besides its own state; all of it as of `now`. */
export interface Situation {
  self: string;
  boot: string;
  now: number;
  view: ClusterView;
  facts: HolderFacts;
  fitness: Fitness;
  /** The daemon is about to end: hand over if anybody can take over. */
  stopping: boolean;
  /** The highest claim number that is durably reserved. */
  reserved: number;
  /** The config that this member has durably. */
  document: VersionVector;
}

/** How often heartbeats go out: a tenth of the Cluster Timeout, from 250 ms to 1 s. */
export const intervalMs = (timeoutMs: number): number => Math.min(1000, Math.max(250, timeoutMs / 10));

/** A loop that did not run for longer was paused, and what it knows is old. */
export const pauseMs = (timeoutMs: number): number => 2 * intervalMs(timeoutMs);

/**
 * Whether what is known of the peer may be from before a pause of this member, or have waited in its sockets: until the
 * peer answers a heartbeat of after the pause, or, if it cannot hear this one, for a timeout.
 */
export function isDated({ woke, peer }: MemberState, { now, view, boot }: Situation): boolean {
  if (woke === null || now - woke.at >= view.timeoutMs) return false;
  const heard = peer?.heartbeat.heard;
  return heard?.boot !== boot || heard.seq < woke.seq;
}

/** The other member's uid; null: no peer has joined. */
export const peerUid = ({ view, self }: Situation): string | null => view.members.find((uid) => uid !== self) ?? null;

/** The peer as heard within the Cluster Timeout; null when it is silent, never spoke, or what it said is dated. */
export function freshPeer(state: MemberState, situation: Situation) {
  const { peer } = state;
  return peer !== null && state.silence < situation.view.timeoutMs && !isDated(state, situation) ? peer : null;
}

/** The peer could take the addresses: there, enabled, healthy, and EC2 answers it. */
export function fitPeer(state: MemberState, situation: Situation) {
  const peer = freshPeer(state, situation);
  return peer?.fitSince == null ? null : peer;
}

/** The peer has said that its config is the very one of this member: both draw the same conclusions from it. */
export function agrees(state: MemberState, situation: Situation): boolean {
  const theirs = freshPeer(state, situation)?.heartbeat.document;
  if (theirs === undefined) return false;
  const ours = situation.document;
  const authors = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  return [...authors].every((author) => theirs[author] === ours[author]);
}

/** The member that is to hold when there is a choice: the configured active one, or the lowest uid. */
export function preferred({ view }: Situation): string | undefined {
  if (view.active !== null && view.members.includes(view.active.uid)) return view.active.uid;
  return [...view.members].sort()[0];
}

export const isPreferred = (situation: Situation): boolean => preferred(situation) === situation.self;

/** Fit to hold: takes part, and every configured NIC has a link. */
export const isFit = ({ fitness }: Situation): boolean => fitness.enabled && fitness.healthy;

/** EC2 answers this member, or nothing is wanted of it. */
export const reachesEc2 = ({ facts }: Pick<Situation, 'facts'>): boolean => facts.ec2 === true || facts.wanted === 0;

export const isMember = ({ view, self }: Situation): boolean => view.members.includes(self);

/** Whether this member may claim, and could make the claim come true. Where both lack a link, one of them serves. */
export function mayClaim(state: MemberState, situation: Situation): boolean {
  const { fitness, stopping } = situation;
  if (stopping || !fitness.enabled || !isMember(situation) || !reachesEc2(situation)) return false;
  return fitness.healthy || freshPeer(state, situation)?.heartbeat.fitness.healthy === false;
}
