import { CONFIG_VERSION_HEADER, ClusterConfig, UpdateNode } from '@tg/api';
import { membersOf } from '../cluster/document/view';
import { checkMember } from './check-cluster';
import type { ApiContext, Handler, Request_, Routes } from './context';
import { forward } from './forward';
import { ownDocument, peerDocuments } from './node-document';
import { readAs, readNetwork } from './read-body';
import { answerStatus } from './status-answer';

const NO_CLUSTERS = 'this node serves no clusters.';

/** What concerns one node: this one, or (by way of the cluster's link) its peer. */
export function nodeRoutes(node: ApiContext): Routes {
  const send = (context: Request_) => {
    context.header('ETag', node.store.current().etag);
    return context.json(ownDocument(node));
  };
  const unknown = (context: Request_, named: string) =>
    context.json({ message: `no node ${named} here; this is ${node.fqdn} (uid ${node.uid})` }, 404);

  /** Runs `handler` when `isThis`; a request for the peer goes on to it, unless it came from there. */
  const route =
    (handler: Handler, named: (context: Request_) => string, key: 'uid' | 'fqdn'): Handler =>
    (context) => {
      const name = named(context);
      if (same(name, node[key])) return handler(context);
      const document = node.cluster?.store.current() ?? null;
      const peer = document === null ? undefined : membersOf(document).find((member) => same(member[key], name));
      const isForwarded = context.env.peer !== undefined;
      if (node.cluster === undefined || peer === undefined || isForwarded) return unknown(context, name);
      return forward(context.req.raw, context, node.cluster, peer.fqdn);
    };
  const byUid = (handler: Handler) => route(handler, (context) => context.req.param('uid') ?? '', 'uid');
  const byFqdn = (handler: Handler) => route(handler, (context) => context.req.param('fqdn') ?? '', 'fqdn');

  /** A member that cannot be asked is taken out of the cluster here; it hears of it when it is back. */
  const orTakeOut = (handler: Handler): Handler => {
    const asked = byUid(handler);
    return async (context) => {
      const { cluster } = node;
      const status = cluster?.status()?.members.find((member) => same(member.uid, context.req.param('uid') ?? ''));
      if (cluster === undefined || status === undefined || status.self || status.reachable) return asked(context);
      const copy = context.req.raw.clone();
      const update = await readAs(context, UpdateNode);
      if (update instanceof Response) return update;
      if (update.cluster !== null) return forward(copy, context, cluster, status.fqdn);
      await cluster.store.removeMember(status.uid);
      node.log('info', 'member taken out while it is away', { uid: status.uid, principal: context.get('principal') });
      return send(context);
    };
  };

  return {
    '/node': {
      GET: (context) => {
        const cluster = context.req.query('cluster') ?? '';
        const all = [ownDocument(node), ...peerDocuments(node)];
        return context.json(
          cluster === '' ? all : all.filter((one) => one.cluster?.toLowerCase() === cluster.toLowerCase()),
        );
      },
    },
    '/node/by-fqdn/:fqdn': { GET: byFqdn(send) },
    '/node/:uid': {
      GET: byUid(send),
      PUT: orTakeOut(async (context) => {
        const update = await readAs(context, UpdateNode);
        if (update instanceof Response) return update;
        if (node.cluster === undefined) return context.json([NO_CLUSTERS], 422);
        const { membership } = node.cluster;
        const { cluster, clusterKey, peer, state } = update;
        if (state !== undefined) await membership.setState(state);
        else if (cluster === null) await membership.leave();
        else if (cluster !== undefined) await membership.join({ fqdn: cluster.toLowerCase(), clusterKey, peer });
        node.log('info', 'membership written', { cluster, state, principal: context.get('principal') });
        return send(context);
      }),
    },
    '/node/:uid/config/cluster': {
      PUT: byUid(async (context) => {
        const config = await readAs(context, ClusterConfig);
        if (config instanceof Response) return config;
        if (node.cluster === undefined) return context.json([NO_CLUSTERS], 422);
        await node.cluster.membership.configure(config);
        node.log('info', 'heartbeat settings written', { principal: context.get('principal') });
        return send(context);
      }),
    },
    '/node/:uid/config/network': {
      PUT: byUid(async (context) => {
        const config = await readNetwork(context);
        if (config instanceof Response) return config;
        const ifMatch = context.req.header('if-match');
        node.store.expect(ifMatch); // before the check: findings about an outdated body would mislead
        const findings = [...(await node.check(config)), ...checkMember(config, node)];
        const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
        if (errors.length > 0) return context.json(errors, 422);
        const stored = await node.store.put(config, ifMatch);
        node.log('info', 'config written', { version: stored.version, principal: context.get('principal') });
        context.header(CONFIG_VERSION_HEADER, String(stored.version));
        return send(context);
      }),
    },
    '/node/:uid/config/network/check': {
      POST: byUid(async (context) => {
        const config = await readNetwork(context);
        if (config instanceof Response) return config;
        return context.json({ findings: [...(await node.check(config)), ...checkMember(config, node)] });
      }),
    },
    '/node/:uid/status': {
      GET: byUid((context) => answerStatus(context, node, () => node.status())),
    },
  };
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
