import { type Cluster, CONFIG_VERSION_HEADER, CreateCluster, UpdateCluster } from '@tg/api';
import type { Change, ClusterDocument } from '../cluster/document/document';
import type { Json } from '../cluster/document/json';
import { diff, networkOf } from '../cluster/document/network';
import { configuredActive, membersOf, settingsOf } from '../cluster/document/view';
import { checkAddresses, checkClusterShape, memberNics } from './check-cluster';
import type { ClusterApi } from './cluster-api';
import type { ApiContext, Handler, Request_, Routes } from './context';
import { splitName } from './node-document';
import { readAs, readNetwork } from './read-body';
import { answerStatus } from './status-answer';

/** A cluster that this node holds the config of. */
interface Here {
  cluster: ClusterApi;
  document: ClusterDocument;
}

type ClusterHandler = (context: Request_, here: Here) => Response | Promise<Response>;

const IN_NO_CLUSTER =
  'this node is in no cluster, so it has no cluster config; write to the node itself (node_fqdn or node_id)';

/** What concerns the cluster as a whole. */
export function clusterRoutes(node: ApiContext): Routes {
  const { domain, hostname } = splitName(node.fqdn);

  /** Runs `handler` when the path names the cluster of this node. */
  const here =
    (handler: ClusterHandler): Handler =>
    (context) => {
      const named = context.req.param('fqdn') ?? '';
      const { cluster } = node;
      const document = cluster?.store.current() ?? null;
      if (cluster !== undefined && document?.fqdn.toLowerCase() === named.toLowerCase()) {
        return handler(context, { cluster, document });
      }
      const message = document === null ? IN_NO_CLUSTER : `no cluster ${named} here; this node's is ${document.fqdn}`;
      return context.json({ message }, 404);
    };
  const send = (context: Request_, cluster: ClusterApi) => {
    context.header('ETag', cluster.store.etag());
    return context.json(shown(cluster));
  };
  const findings = async (network: Parameters<ClusterApi['check']>[0], { cluster, document }: Here) => {
    const before = networkOf(document);
    return [
      ...checkClusterShape(network),
      ...checkAddresses(network, before, memberNics(node)),
      ...(await cluster.check(network, before)),
    ];
  };

  return {
    '/cluster': {
      GET: (context) => {
        const { cluster } = node;
        return context.json(cluster?.store.current() == null ? [] : [shown(cluster)]);
      },
      POST: async (context) => {
        const body = await readAs(context, CreateCluster);
        if (body instanceof Response) return body;
        const { cluster } = node;
        if (cluster === undefined) return context.json(['this node serves no clusters.'], 422);
        const fqdn = `${body.name}.${domain === '' ? hostname : domain}`.toLowerCase();
        const existing = cluster.store.current()?.fqdn;
        if (existing === fqdn)
          return context.json([`the cluster ${fqdn} exists; change it with PUT /cluster/${fqdn}.`], 422);
        const network = body.config?.network;
        const wrong = network === undefined ? [] : checkClusterShape(network).map(({ message }) => message);
        if (wrong.length > 0) return context.json(wrong, 422);
        await cluster.store.create(fqdn, [...settings(body), ...(network === undefined ? [] : diff({}, network))]);
        node.log('info', 'cluster begun', { fqdn, principal: context.get('principal') });
        return send(context, cluster);
      },
    },
    '/cluster/:fqdn': {
      GET: here((context, { cluster }) => send(context, cluster)),
      PUT: here(async (context, { cluster }) => {
        const body = await readAs(context, UpdateCluster);
        if (body instanceof Response) return body;
        await cluster.store.set(settings(body), context.req.header('if-match'));
        node.log('info', 'cluster written', { principal: context.get('principal') });
        return send(context, cluster);
      }),
      DELETE: here(async (context, { cluster, document }) => {
        const members = membersOf(document).map(({ fqdn }) => fqdn);
        if (members.length > 0) {
          const sentence = `the cluster ${document.fqdn} still has members (${members.join(', ')}); take them out first: PUT /node/{uid} {"cluster": null}.`;
          return context.json([sentence], 422);
        }
        await cluster.store.forget();
        node.log('info', 'cluster removed', { fqdn: document.fqdn, principal: context.get('principal') });
        return context.json(null);
      }),
    },
    '/cluster/:fqdn/config/network': {
      PUT: here(async (context, at) => {
        const network = await readNetwork(context);
        if (network instanceof Response) return network;
        const ifMatch = context.req.header('if-match');
        at.cluster.store.expect(ifMatch);
        const errors = (await findings(network, at)).filter(({ severity }) => severity === 'error');
        if (errors.length > 0)
          return context.json(
            errors.map(({ message }) => message),
            422,
          );
        const stored = await at.cluster.store.putNetwork(network, ifMatch);
        node.log('info', 'cluster config written', { version: stored.version, principal: context.get('principal') });
        context.header(CONFIG_VERSION_HEADER, String(stored.version));
        return send(context, at.cluster);
      }),
    },
    '/cluster/:fqdn/config/network/check': {
      POST: here(async (context, at) => {
        const network = await readNetwork(context);
        return network instanceof Response ? network : context.json({ findings: await findings(network, at) });
      }),
    },
    '/cluster/:fqdn/status': {
      GET: here((context, { cluster }) =>
        answerStatus(context, node, () => {
          const { configVersion, interfaces, refusals, problems } = node.status();
          const status = cluster.status();
          return {
            ...status,
            configVersion,
            interfaces,
            refusals,
            problems: [...(status?.problems ?? []), ...problems],
          };
        }),
      ),
    },
    '/cluster/:fqdn/active/:uid': {
      PUT: here(async (context, { cluster, document }) => {
        const uid = context.req.param('uid') ?? '';
        const members = membersOf(document);
        if (!members.some((member) => member.uid === uid)) {
          const list = members.map((member) => `${member.fqdn} (${member.uid})`).join(', ') || 'no member';
          return context.json(
            [`${uid} is no member of ${document.fqdn}, so it cannot be its active member; it has ${list}.`],
            422,
          );
        }
        await cluster.store.set([{ field: 'active', value: uid }], context.req.header('if-match'));
        node.log('info', 'configured active member written', { uid, principal: context.get('principal') });
        return send(context, cluster);
      }),
    },
    '/cluster/:fqdn/conflicts/:id': {
      DELETE: here(async (context, { cluster, document }) => {
        const id = context.req.param('id') ?? '';
        if (await cluster.store.clear(id)) return send(context, cluster);
        return context.json({ message: `${document.fqdn} lists no conflict ${id}` }, 404);
      }),
    },
  };
}

function shown(cluster: ClusterApi): Cluster {
  const { store } = cluster;
  const document = store.current();
  if (document === null) throw new Error('the cluster is gone');
  const { fqdn } = document;
  const { name, mode, timeout, handover, tags } = settingsOf(document);
  const now = cluster.status();
  const master = configuredActive(document);
  return {
    name,
    fqdn,
    domain: splitName(fqdn).domain,
    mode,
    timeout,
    handover,
    tags,
    health: healthOf(now),
    config: { network: networkOf(document) },
    members: membersOf(document).map((member) => ({
      uid: member.uid,
      fqdn: member.fqdn,
      enabled: member.enabled,
      state: member.state,
      online: now?.members.find(({ uid }) => uid === member.uid)?.reachable ?? false,
      master: member.uid === master,
      active: now?.actualActive === member.uid,
    })),
  };
}

function healthOf(status: ReturnType<ClusterApi['status']>): NonNullable<Cluster['health']> {
  if (status === null) return 'unknown';
  const active = status.members.filter(({ role }) => role === 'active').length;
  const silent = status.members.some(({ reachable }) => !reachable);
  if (active === 1) return silent || status.members.length < 2 ? 'unhealthy' : 'healthy';
  if (active > 1) return 'unhealthy';
  return silent ? 'unknown' : 'offline';
}

interface NamedSettings {
  name?: string | undefined;
  mode?: string | undefined;
  timeout?: number | undefined;
  handover?: string | undefined;
  tags?: Record<string, string> | null | undefined;
}

/** The settings that a body names; tags that are null go. */
function settings({ name, mode, timeout, handover, tags }: NamedSettings): Change[] {
  const named: Record<string, Json | undefined> = { name, mode, timeout, handover, tags };
  return Object.entries(named).flatMap(([field, value]): Change[] =>
    value === undefined ? [] : value === null ? [{ field }] : [{ field, value }],
  );
}
