import type { ClusterStatus } from '@tg/api';
import { membersOf } from '../cluster/document/view';
import { type PeerRequest, PeerUnreachable } from '../cluster/link/types';
import { linkCredentials } from '../cluster/store/credentials';
import {
  type JoinRequest,
  type MembershipControl,
  MembershipError,
  type MembershipState,
} from '../cluster/store/membership';
import { serveStatus, type StatusEndpoint, type Verdict } from '../status-endpoint';
import { clusterProblem, selfOf, Session } from './session';
import type { ClusterWorld } from './world';
import type { Problem } from '@tg/api';

/** Follows this node's membership: in a cluster it is a member, in none it holds what its own config wants. */
export interface ClusterAgent {
  /** What the API may ask. */
  readonly control: MembershipControl;
  /** Null: in no cluster. */
  session(): Session | null;
  status(): ClusterStatus | undefined;
  /** Asks the other member. Rejects with a PeerUnreachable. */
  request(request: PeerRequest): Promise<Response>;
  /** What is wrong besides the cluster's own problems: the endpoint for load balancers. */
  problems(): Problem[];
  /** Becomes what the stored membership says. Rejects with a sentence when it cannot. */
  start(verdict: () => Verdict): Promise<void>;
  /** Hands over if that is asked for and possible, and ends. Resolves to whether the addresses are somebody else's now. */
  stop(options: { handOver: boolean; patienceMs?: number }): Promise<boolean>;
}

export function createClusterAgent(world: ClusterWorld): ClusterAgent {
  const { self, membership, store, holder, log, clock } = world;
  let session: Session | null = null;
  let endpoint: StatusEndpoint | null = null;
  let endpointAt = '';
  let endpointProblem: Problem | null = null;
  let verdict: () => Verdict = () => ({ code: 503, reason: 'starting' });
  let ended = false;
  /** Joined, and not merged with the other member's document yet: what that says of an earlier leave is outdated. */
  let joining = false;
  let last: Promise<unknown> = Promise.resolve();
  const stops: (() => void)[] = [];

  /** One change of membership at a time. */
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };

  const followEndpoint = async ({ config }: MembershipState): Promise<void> => {
    const { statusHost, statusPort, host } = config;
    const where = statusPort === null ? null : { host: statusHost ?? host, port: statusPort };
    const at = JSON.stringify(where);
    if (at === endpointAt) return;
    endpointAt = at;
    await endpoint?.close();
    endpoint = null;
    endpointProblem = null;
    if (where === null) return;
    try {
      endpoint = await serveStatus(where, () => verdict());
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log('error', message);
      endpointProblem = clusterProblem('status-endpoint', `${message}.`, clock.wall());
    }
  };

  const beIn = async (state: MembershipState): Promise<void> => {
    const { cluster } = state;
    if (cluster === null) return;
    const document = store.current();
    if (document !== null && document.fqdn !== cluster.fqdn) await store.forget();
    const known = store.current() === null ? [] : store.port.view().members;
    const isMember = known.includes(self.uid);
    const heardOfOthers = known.some((uid) => uid !== self.uid);
    const holds = world.interfaces().some(({ clusterIP }) => clusterIP !== null);
    const described = selfOf(state, self.fqdn);
    await (isMember ? store.describeSelf(described) : store.join(cluster.fqdn, described));
    // What it holds already it goes on holding; otherwise another member may be there that this node has not heard of.
    const isNew = !heardOfOthers && !holds && (cluster.peer !== null || !isMember);
    joining = !isMember;
    session = await Session.begin(world, cluster, isNew);
    log('info', `member of ${cluster.fqdn}`, { peer: cluster.peer });
  };

  const beOut = async (): Promise<void> => {
    await membership.leave();
    if (store.current() !== null) await store.forget();
    session = null;
    world.onPeerNews();
    holder.take(); // in no cluster a node is active
  };

  /** The other member has taken this node out while it was away. */
  const noticeRemoval = (): void => {
    const document = store.current();
    if (session === null || ended || document === null) return;
    const members = membersOf(document).map(({ uid }) => uid);
    if (members.includes(self.uid)) {
      if (members.length > 1) joining = false;
      return;
    }
    void alone(async () => {
      const current = store.current();
      if (session === null || ended || current === null) return;
      if (membersOf(current).some(({ uid }) => uid === self.uid)) return;
      if (joining) {
        joining = false;
        await store.join(session.fqdn, selfOf(membership.current(), self.fqdn));
        return;
      }
      log('warn', `the other member has taken this node out of ${session.fqdn}`);
      await session.stop({ handOver: true });
      await beOut();
    }).catch((error: unknown) => log('error', 'cannot leave the cluster', { error: String(error) }));
  };

  const control: MembershipControl = {
    current: () => membership.current(),
    join: (asked: JoinRequest) =>
      alone(async () => {
        const request = { ...asked, fqdn: asked.fqdn.toLowerCase() };
        const said = membership.complaints(request);
        const document = store.current();
        if (document !== null && document.fqdn !== request.fqdn) {
          said.push(`this node has the cluster ${document.fqdn}; a node has one at most: delete that one first.`);
        }
        if (request.clusterKey !== undefined && said.length === 0) {
          await linkCredentials({ key: request.clusterKey }, request.fqdn, self);
        }
        if (said.length > 0) throw new MembershipError(said);
        const state = await membership.join(request);
        if (session !== null) await session.reconfigure(state);
        else
          await beIn(state).catch(async (error: unknown) => {
            await beOut();
            throw error;
          });
        return state;
      }),
    leave: () =>
      alone(async () => {
        if (session === null) return membership.current().cluster === null ? membership.current() : membership.leave();
        log('info', `leaving ${session.fqdn}`);
        try {
          await session.leave();
          await beOut();
        } catch (error) {
          // It is a member still, and has to stand by or hold like one.
          await session.stop({ handOver: false });
          session = null;
          await beIn(membership.current());
          throw error;
        }
        return membership.current();
      }),
    configure: (config) =>
      alone(async () => {
        const state = await membership.configure(config);
        await describe(state);
        return state;
      }),
    setState: (wanted) =>
      alone(async () => {
        const state = await membership.setState(wanted);
        await describe(state);
        return state;
      }),
    onChange: (listener) => membership.onChange(listener),
  };

  const describe = async (state: MembershipState): Promise<void> => {
    await followEndpoint(state);
    if (session === null) return;
    await store.describeSelf(selfOf(state, self.fqdn));
    await session.reconfigure(state);
  };

  return {
    control,
    session: () => session,
    status: () => (session === null || store.current() === null ? undefined : session.status()),
    request: (request) =>
      session?.request(request) ?? Promise.reject(new PeerUnreachable('this node is in no cluster', false)),
    problems: () => (endpointProblem === null ? [] : [endpointProblem]),
    async start(given) {
      verdict = given;
      const state = membership.current();
      await alone(async () => {
        await followEndpoint(state);
        if (state.cluster !== null) return beIn(state);
        // What was left while the daemon was stopped; a cluster that was only created here stays.
        const document = store.current();
        if (document !== null && membersOf(document).some(({ uid }) => uid === self.uid)) await store.forget();
        holder.take();
      });
      stops.push(store.onChange(noticeRemoval));
    },
    stop: (options) =>
      alone(async () => {
        ended = true;
        for (const stop of stops) stop();
        const gone = session === null ? false : await session.stop(options);
        await endpoint?.close();
        return gone;
      }),
  };
}
