import { Hono } from 'hono';
import { PeerUnreachable } from '../cluster/link/types';
import { ClusterRefusal } from '../cluster/store/cluster-store';
import { MembershipError } from '../cluster/store/membership';
import { StoreError } from '../store/config-store';
import { authenticate, type Authenticated } from './auth';
import { BodyError } from './body';
import { clusterRoutes } from './cluster-routes';
import type { ApiContext, Env, Request_, Routes } from './context';
import { splitName } from './node-document';
import { nodeRoutes } from './node-routes';
import { openApiDocument } from './openapi';

export type { ApiContext } from './context';

/** The config API as a web-standard application (no socket, no TLS). */
export function createApp(node: ApiContext): Hono<Env> {
  const app = new Hono<Env>();

  app.use(async (context, next) => {
    const started = performance.now();
    await next();
    node.log(context.res.status >= 500 ? 'error' : 'debug', 'request', {
      method: context.req.method,
      path: context.req.path,
      status: context.res.status,
      principal: context.get('principal'),
      ms: Math.round(performance.now() - started),
    });
  });
  app.use(async (context, next) => {
    const result = whoAsks(context, node);
    if (!result.ok) {
      context.header('WWW-Authenticate', 'trustgrid-token');
      return context.json({ message: result.message }, 401);
    }
    context.set('principal', result.id);
    return next();
  });

  for (const [path, methods] of Object.entries({ ...ownRoutes(node), ...nodeRoutes(node), ...clusterRoutes(node) })) {
    for (const [method, handler] of Object.entries(methods)) app.on(method, path, handler);
    const allow = Object.keys(methods).join(', ');
    app.all(path, (context) => {
      context.header('Allow', allow);
      return context.json(
        { message: `${context.req.method} is not allowed on ${context.req.path}; allowed: ${allow}` },
        405,
      );
    });
  }
  app.notFound((context) => context.json({ message: `this node has no ${context.req.path}` }, 404));
  app.onError((error, context) => {
    if (error instanceof BodyError) {
      context.header('Connection', 'close');
      return context.json({ message: error.message }, error.status);
    }
    if (error instanceof StoreError) {
      return context.json({ message: error.message }, error.reason === 'precondition' ? 412 : 507);
    }
    if (error instanceof MembershipError) return context.json([...error.sentences], 422);
    if (error instanceof ClusterRefusal) return context.json([error.message], 422);
    if (error instanceof PeerUnreachable) return context.json({ message: error.message }, 503);
    node.log('error', 'request failed', { error: error.stack ?? error.message });
    return context.json({ message: 'internal error; the log of the daemon says more' }, 500);
  });
  return app;
}

/** The peer has proved itself by its certificate, whoever asks locally by being let to the socket. */
function whoAsks(context: Request_, node: ApiContext): Authenticated {
  if (context.env.local === true) return { ok: true, id: 'local' };
  if (context.env.peer !== undefined) return { ok: true, id: `peer ${context.env.peer}` };
  return authenticate(context.req.header('authorization'), node.tokens);
}

/** What concerns no node or cluster in particular. */
function ownRoutes(node: ApiContext): Routes {
  const { hostname, domain } = splitName(node.fqdn);
  const organisation = { uid: node.org?.uid ?? node.uid, domain, name: node.org?.name ?? (domain || hostname) };
  const { metrics } = node;
  return {
    '/openapi.json': { GET: (context) => context.json(openApiDocument()) },
    '/org/mine': { GET: (context) => context.json(organisation) },
    ...(metrics === undefined
      ? {}
      : {
          '/metrics': {
            GET: async (context) => {
              const { text, contentType } = await metrics();
              context.header('Content-Type', contentType);
              return context.body(text);
            },
          },
        }),
  };
}
