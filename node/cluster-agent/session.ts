import { randomUUID } from 'node:crypto';
import type { ClusterStatus, Problem } from '@tg/api';
import { isAnyHost } from '../cluster-section';
import { membersOf, type DocumentMember } from '../cluster/document/view';
import type { MemberEvent } from '../cluster/events';
import { createLink } from '../cluster/link/link';
import { NOT_ADMITTED } from '../cluster/link/sentences';
import type { Link, LinkPeer, Member } from '../cluster/link/types';
import { intervalMs } from '../cluster/machine/situation';
import { ClusterMember } from '../cluster/member';
import type { Fitness, Heartbeat, VersionVector } from '../cluster/message';
import { linkCredentials } from '../cluster/store/credentials';
import { fileMemberDisk } from '../cluster/store/member-disk';
import type { MembershipState } from '../cluster/store/membership';
import { openPeerEnis, type PeerEnis } from '../cluster/store/peer-enis';
import type { Term } from '../cluster/term';
import { composeCluster } from './compose';
import { createFailoverNotes, type FailoverNotes } from './failover-notes';
import { createTakeoverTimer, type TakeoverTimer } from './takeover-timer';
import type { ClusterWorld } from './world';

/** How often the links of the NICs are read, besides each time the kernel tells of a change. */
const HEALTH_MS = 1000;
/** An address of the peer that does not answer is left for the other one that is known after this. */
const TURN_MS = 3000;
/** How long the peer is given to hear that this node leaves. */
const FAREWELL_MS = 2000;

type Joined = NonNullable<MembershipState['cluster']>;

/** This node's part in one cluster, from joining (or the start) until it leaves (or ends). */
export class Session {
  private undo: (() => void)[] = [];
  private readonly wall: string;
  private readonly timer: TakeoverTimer;
  private readonly notes: FailoverNotes;
  private heard: Heartbeat | null = null;
  private peerNews = '';
  private reviewing = false;
  /** Until the document of a peer that may be there has come, a node that joins claims nothing. */
  private probation: boolean;

  private constructor(
    private readonly world: ClusterWorld,
    private readonly cluster: Joined,
    private readonly link: Link,
    private readonly member: ClusterMember,
    private readonly enis: PeerEnis,
    private readonly handles: Handles,
    isNew: boolean,
  ) {
    this.wall = world.clock.wall();
    this.probation = isNew;
    this.timer = createTakeoverTimer({
      clock: world.clock,
      holder: world.holder,
      wanted: () => world.interfaces().flatMap(({ clusterIP }) => clusterIP ?? []),
      tally: world.tally,
      binds: world.binds,
    });
    this.notes = createFailoverNotes({
      self: world.self.uid,
      clock: world.clock,
      timer: this.timer,
      ask: (path) => this.askPeer(path),
    });
    handles.onEvent = (event) => this.onEvent(event);
    handles.fitness = () => this.fitness();
  }

  /** Opens the link and starts the member. `isNew`: this node has just joined and has never heard of another member. */
  static async begin(world: ClusterWorld, cluster: Joined, isNew: boolean): Promise<Session> {
    const { self, dataDir, clock, log, store, membership } = world;
    const warn = (message: string) => log('warn', message);
    const credentials = await linkCredentials(cluster.credentials, cluster.fqdn, self);
    const enis = await openPeerEnis(dataDir, cluster.fqdn, warn);
    const turn = { at: clock.now(), which: 0, connected: (): boolean => false };
    const link: Link = await createLink({
      self,
      cluster: cluster.fqdn,
      credentials,
      listen: listenOf(membership.current()),
      peer: () => peerAddress(world, turn),
      admits: ({ uid }) => admits(world, uid),
      interval: () => intervalMs(store.port.view().timeoutMs),
      serve: world.serve,
      log,
      clock,
    });
    turn.connected = () => link.connected();
    const handles: Handles = { onEvent: () => undefined, fitness: () => UNKNOWN, boot: randomUUID(), seq: 0 };
    const member = new ClusterMember({
      self: self.uid,
      boot: handles.boot,
      clock,
      link: {
        send(message) {
          if (message.type === 'heartbeat') handles.seq = message.seq;
          link.send(message);
        },
        onMessage: (listener) => link.onMessage(listener),
      },
      disk: fileMemberDisk(dataDir, cluster.fqdn, warn),
      holder: world.holder,
      document: store.port,
      report: {
        fitness: () => handles.fitness(),
        applied: () => store.applied(),
        confirmed: () => world.confirmed(),
        enis: () =>
          Object.fromEntries(
            world
              .contexts()
              .map(({ nic, eniId, subnetId, subnetCidr, primary }) => [nic, { eniId, subnetId, subnetCidr, primary }]),
          ),
        addresses: () =>
          world
            .interfaces()
            .flatMap(({ nic, clusterIP, eni, os }) =>
              clusterIP === null ? [] : [{ address: clusterIP, nic, eni, os }],
            ),
      },
      onEvent: (event) => handles.onEvent(event),
    });
    const session = new Session(world, cluster, link, member, enis, handles, isNew);
    session.undo.push(link.onMessage((message) => message.type === 'heartbeat' && session.hear(message)));
    await world.health.review();
    try {
      await member.start();
    } catch (error) {
      await session.close();
      throw error;
    }
    session.watch();
    return session;
  }

  get fqdn(): string {
    return this.cluster.fqdn;
  }

  status(): ClusterStatus {
    const { world, cluster, member, link, notes } = this;
    return composeCluster({
      fqdn: cluster.fqdn,
      world,
      member: member.status(),
      fitness: this.fitness(),
      heard: this.heard,
      link,
      lastFailover: notes.last(),
      probation: this.probation,
      since: this.wall,
    });
  }

  term(): Term | null {
    return this.member.status().term;
  }

  /** See `ClusterStoreOptions.holderApplied`. */
  holderApplied(): VersionVector | null {
    const { holder, peer } = this.member.status();
    if (holder === this.world.self.uid) return null;
    return holder !== null && peer?.uid === holder ? peer.heartbeat.applied : {};
  }

  /** What EC2 has confirmed for the peer, as `nic address`. */
  peerConfirmed(): ReadonlySet<string> {
    return new Set(this.heard?.confirmed.map(({ nic, address }) => `${nic} ${address}`));
  }

  /** The data ENIs of the other member. */
  peerEnis(): readonly string[] {
    return this.enis.of(this.memberUids());
  }

  /** The subnet of each NIC of the other member, as it says. */
  peerSubnets(): Readonly<Record<string, { subnetId: string; subnetCidr: string }>> {
    return this.heard?.enis ?? {};
  }

  request(request: Parameters<Link['request']>[0]): Promise<Response> {
    return this.link.request(request);
  }

  peer(): Member | null {
    return this.link.peer();
  }

  refusedConnections(): Readonly<Record<string, number>> {
    return this.link.counters().refused;
  }

  /** Looks at the links of the NICs. */
  review(): void {
    void this.world.health.review().then((changed) => {
      if (changed) this.poke();
    });
  }

  /** Lets everything that depends on membership, config or health be decided anew. */
  poke(): void {
    this.member.poke();
  }

  /** Takes up a changed endpoint, key or peer. Rejects with a sentence when the key cannot be used. */
  async reconfigure(state: MembershipState): Promise<void> {
    if (state.cluster === null) return;
    const credentials = await linkCredentials(state.cluster.credentials, state.cluster.fqdn, this.world.self);
    await this.link.reconfigure({ listen: listenOf(state), credentials });
    this.poke();
  }

  /** Hands over if anybody can take over, and ends; resolves to whether nothing is held any more. */
  async stop(options: { handOver: boolean; patienceMs?: number }): Promise<boolean> {
    const wasHolding = this.member.status().holder === this.world.self.uid;
    const gone = await this.member.stop(options);
    // The last heartbeat says that the addresses are free: an end before it has arrived would look like a failure.
    if (options.handOver && wasHolding && gone && this.link.connected()) {
      const { boot, seq } = this.handles;
      await this.untilHeard(({ heard }) => heard?.boot === boot && heard.seq >= seq);
    }
    await this.close();
    return gone;
  }

  /** Resolves when the peer has said so, or after a while. */
  private async untilHeard(says: (heartbeat: Heartbeat) => boolean): Promise<void> {
    const patience = new AbortController();
    const stop = this.link.onMessage((message) => {
      if (message.type === 'heartbeat' && says(message)) patience.abort();
    });
    await this.world.clock.sleep(FAREWELL_MS, patience.signal);
    stop();
  }

  /** Hands over, tells the peer that this node is no member any more, and ends. */
  async leave(): Promise<void> {
    const { world, member, link } = this;
    await member.stop({ handOver: true });
    await world.store.removeMember(world.self.uid);
    const document = world.store.port.export();
    const version = world.store.port.version();
    if (link.connected()) {
      link.send({ type: 'document', from: world.self.uid, document });
      await this.untilHeard((heartbeat) => covers(heartbeat.document, version));
    }
    await this.close();
  }

  private async close(): Promise<void> {
    for (const undo of this.undo.reverse()) undo();
    this.undo = [];
    this.timer.stop();
    this.notes.stop();
    await this.link.close();
  }

  private watch(): void {
    const { world } = this;
    const poll = setInterval(() => {
      this.review();
      this.reviewOutcomes();
    }, HEALTH_MS);
    poll.unref();
    this.undo.push(() => clearInterval(poll));
    if (this.probation) {
      const { timeoutMs } = world.store.port.view();
      const patience = (this.cluster.peer === null ? 1 : 2) * timeoutMs;
      const end = setTimeout(() => this.endProbation(), patience);
      this.undo.push(() => clearTimeout(end));
      this.undo.push(
        world.store.onChange(() => {
          if (this.memberUids().length > 1) this.endProbation();
        }),
      );
    }
    this.undo.push(world.store.onChange(() => void this.link.reconfigure({})));
  }

  private endProbation(): void {
    if (!this.probation) return;
    this.probation = false;
    this.poke();
  }

  private onEvent(event: MemberEvent): void {
    const { world, timer, notes } = this;
    switch (event.type) {
      case 'log':
        world.log(event.level, event.message, event.data);
        return;
      case 'peer':
        world.log(event.reachable ? 'info' : 'warn', event.reachable ? 'the peer is heard' : 'the peer is silent');
        return;
      case 'phase':
        world.log('info', `cluster: ${event.from} -> ${event.to} (${event.why})`, { ...event });
        if (event.to === 'claiming') timer.begin();
        if (event.to === 'standby' || event.to === 'releasing') timer.cancel();
        this.reviewOutcomes();
        return;
      case 'took-over':
        timer.tookOver(event.takeover);
        notes.tookOver(event.takeover);
        world.log('info', 'took over', { ...event.takeover });
    }
  }

  private hear(heartbeat: Heartbeat): void {
    const { world } = this;
    if (!this.memberUids().includes(heartbeat.from)) return;
    this.heard = heartbeat;
    this.notes.heard(heartbeat);
    this.enis.learn(
      heartbeat.from,
      Object.values(heartbeat.enis).map(({ eniId }) => eniId),
    );
    const news = JSON.stringify([heartbeat.confirmed, heartbeat.enis]);
    if (news !== this.peerNews) {
      this.peerNews = news;
      world.onPeerNews();
    }
    this.reviewOutcomes();
  }

  /** What a holder has applied is confirmed to those who wrote it. */
  private reviewOutcomes(): void {
    const { store, log } = this.world;
    if (this.reviewing || store.config.current().pending.size === 0) return;
    this.reviewing = true;
    store
      .review()
      .catch((error: unknown) => log('error', 'cannot store an outcome', { error: String(error) }))
      .finally(() => (this.reviewing = false));
  }

  private fitness(): Fitness {
    const { world } = this;
    const { config, state } = world.membership.current();
    const health = world.health.problems();
    const { ec2, wanted } = world.holder.facts();
    // Taken out while it was away, and not told: what it would claim may be another pair's by now.
    const isTurnedAway = !this.link.connected() && this.link.problems().some(({ code }) => code === NOT_ADMITTED);
    return {
      enabled: config.enabled && state === 'ACTIVE' && !this.probation && !isTurnedAway,
      healthy: health.length === 0,
      ec2: ec2 === true || wanted === 0,
      problems: [
        ...(config.enabled ? [] : ['disabled by config.cluster.enabled.']),
        ...(state === 'ACTIVE' ? [] : ['disabled: its state is INACTIVE.']),
        ...(isTurnedAway ? ['the peer does not know this node as a member: join again, or leave.'] : []),
        ...(ec2 === false ? ['EC2 does not answer.'] : []),
        ...health,
      ],
    };
  }

  private memberUids(): readonly string[] {
    return this.world.store.port.view().members;
  }

  private async askPeer(path: string): Promise<unknown> {
    const response = await this.link.request({ method: 'GET', path });
    return response.ok ? response.json() : null;
  }
}

interface Handles {
  onEvent: (event: MemberEvent) => void;
  fitness: () => Fitness;
  boot: string;
  /** The number of the newest heartbeat sent. */
  seq: number;
}

const UNKNOWN: Fitness = { enabled: false, healthy: true, ec2: false, problems: [] };

/** This node as the document describes it. */
export function selfOf({ config, state }: MembershipState, fqdn: string): Omit<DocumentMember, 'uid'> {
  const { enabled, host, port, statusHost, statusPort } = config;
  return { fqdn, enabled, host: isAnyHost(host) ? null : host, port, statusHost, statusPort, state };
}

/** A problem of the cluster, of no single NIC. */
export const clusterProblem = (code: string, message: string, since: string): Problem => ({
  code,
  kind: 'ask-a-person',
  since,
  message,
});

const listenOf = ({ config: { host, port } }: MembershipState) => ({ host, port });

const covers = (theirs: VersionVector, ours: VersionVector): boolean =>
  Object.entries(ours).every(([author, number]) => (theirs[author] ?? 0) >= number);

function admits({ self, store }: ClusterWorld, uid: string): boolean {
  if (uid === self.uid) return false;
  const others = store.port.view().members.filter((member) => member !== self.uid);
  return others.length === 0 || others.includes(uid);
}

/** The peer's address: as it last said in the document, or as this node was told; in turn while neither answers. */
function peerAddress(
  world: ClusterWorld,
  turn: { at: number; which: number; connected: () => boolean },
): LinkPeer | null {
  const { store, self, membership, clock } = world;
  const document = store.current();
  const member = document === null ? undefined : membersOf(document).find(({ uid }) => uid !== self.uid);
  const uid = member === undefined ? {} : { uid: member.uid };
  const told = membership.current().cluster?.peer ?? null;
  const known: LinkPeer[] = [];
  if (member?.host != null && member.port !== null) known.push({ host: member.host, port: member.port, ...uid });
  if (told !== null && !known.some(({ host, port }) => host === told.host && port === told.port)) {
    known.push({ ...told, ...uid });
  }
  const now = clock.now();
  if (now - turn.at >= TURN_MS) {
    turn.at = now;
    if (!turn.connected()) turn.which += 1;
  }
  return known[turn.which % Math.max(1, known.length)] ?? null;
}
