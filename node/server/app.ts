import { type Context, Hono } from 'hono';
import {
  CONFIG_VERSION_HEADER,
  type Finding,
  MAX_WAIT_SECONDS,
  NetworkConfig,
  type Node,
  type NodeStatus,
} from '@tg/api';
import { type ConfigStore, type StoredConfig, StoreError } from '../store/config-store';
import { type ApiToken, authenticate } from './auth';
import { BodyError, readJson } from './body';
import { openApiDocument } from './openapi';
import { awaitOutcome, explainOutcome } from './outcome';
import { sentencesOf } from './sentences';

/** What the API needs of the node. */
export interface ApiContext {
  uid: string;
  fqdn: string;
  /** The organisation to name; the node itself where there is none. */
  org?: { uid: string; name?: string | undefined } | undefined;
  tokens: readonly ApiToken[];
  store: ConfigStore;
  /** Judges a config on this node; stores nothing. */
  check(config: NetworkConfig): Promise<Finding[]>;
  status(): NodeStatus;
  /** Aborts when the daemon stops: waiting requests are answered then. */
  closing: AbortSignal;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, data: Record<string, unknown>): void;
}

interface Env {
  /** `local`: the request came over the administration socket, which needs no token. */
  Bindings: { local?: boolean };
  Variables: { principal: string };
}

type Handler = (context: Context<Env>) => Response | Promise<Response>;
type Method = 'GET' | 'PUT' | 'POST';

const IN_NO_CLUSTER =
  'this node is in no cluster, so it has no cluster config; write to the node itself (node_fqdn or node_id)';

/** The config API as a web-standard application (no socket, no TLS). */
export function createApp(node: ApiContext): Hono<Env> {
  const app = new Hono<Env>();
  const closing = node.closing;

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
    const result =
      context.env.local === true
        ? ({ ok: true, id: 'local' } as const)
        : authenticate(context.req.header('authorization'), node.tokens);
    if (!result.ok) {
      context.header('WWW-Authenticate', 'trustgrid-token');
      return context.json({ message: result.message }, 401);
    }
    context.set('principal', result.id);
    return next();
  });

  const { hostname, domain } = splitName(node.fqdn);
  const organisation = { uid: node.org?.uid ?? node.uid, domain, name: node.org?.name ?? (domain || hostname) };
  const document = ({ config }: StoredConfig): Node => ({
    uid: node.uid,
    name: hostname,
    fqdn: node.fqdn,
    domain,
    state: 'ACTIVE',
    online: true,
    tags: {},
    config: { network: config },
  });
  const sendNode = (context: Context<Env>, stored: StoredConfig) => {
    context.header('ETag', stored.etag);
    return context.json(document(stored));
  };
  const unknownNode = (context: Context<Env>, named: string) =>
    context.json({ message: `no node ${named} here; this is ${node.fqdn} (uid ${node.uid})` }, 404);

  /** Runs `handler` when the path names this node. */
  const forThisNode =
    (handler: Handler): Handler =>
    (context) => {
      const uid = context.req.param('uid') ?? '';
      return uid === node.uid ? handler(context) : unknownNode(context, uid);
    };
  const readConfig = async (context: Context<Env>): Promise<NetworkConfig | Response> => {
    const body = await readJson(context.req.raw);
    const parsed = NetworkConfig.safeParse(body);
    // What is stored is what was sent: parsing would put the keys into the schema's order.
    return parsed.success ? (body as NetworkConfig) : context.json(sentencesOf(parsed.error, body), 422);
  };

  const routes: Record<string, Partial<Record<Method, Handler>>> = {
    '/openapi.json': { GET: (context) => context.json(openApiDocument()) },
    '/org/mine': { GET: (context) => context.json(organisation) },
    '/node': {
      GET: (context) => {
        const cluster = context.req.query('cluster') ?? '';
        return context.json(cluster === '' ? [document(node.store.current())] : []);
      },
    },
    '/node/by-fqdn/:fqdn': {
      GET: (context) => {
        const fqdn = context.req.param('fqdn') ?? '';
        const same = fqdn.toLowerCase() === node.fqdn.toLowerCase();
        return same ? sendNode(context, node.store.current()) : unknownNode(context, fqdn);
      },
    },
    '/node/:uid': { GET: forThisNode((context) => sendNode(context, node.store.current())) },
    '/node/:uid/config/network': {
      PUT: forThisNode(async (context) => {
        const config = await readConfig(context);
        if (config instanceof Response) return config;
        const ifMatch = context.req.header('if-match');
        node.store.expect(ifMatch); // before the check: findings about an outdated body would mislead
        const findings = await node.check(config);
        const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
        if (errors.length > 0) return context.json(errors, 422);
        const stored = await node.store.put(config, ifMatch);
        node.log('info', 'config written', { version: stored.version, principal: context.get('principal') });
        context.header(CONFIG_VERSION_HEADER, String(stored.version));
        return sendNode(context, stored);
      }),
    },
    '/node/:uid/config/network/check': {
      POST: forThisNode(async (context) => {
        const config = await readConfig(context);
        return config instanceof Response ? config : context.json({ findings: await node.check(config) });
      }),
    },
    '/node/:uid/status': {
      GET: forThisNode(async (context) => {
        const question = readQuestion(context);
        if (Array.isArray(question)) return context.json(question, 422);
        if (question === null) return context.json(node.status());
        const signals = [closing, context.req.raw.signal];
        const onChange = (listener: () => void) => node.store.onChange(listener);
        const outcome = await awaitOutcome(question, node.store, onChange, question.waitMs, signals);
        const status = node.status();
        if (outcome !== null) return context.json({ ...status, ...explainOutcome(outcome, question, status) });
        const written = question.version >= 1 && question.version <= status.configVersion;
        const sentence = written
          ? `no config version up to ${status.configVersion} ever had an entry for nic ${JSON.stringify(question.nic)}`
          : `version ${question.version} was never written; the newest is ${status.configVersion}`;
        return context.json([sentence], 422);
      }),
    },
    '/cluster/:fqdn': { GET: (context) => context.json({ message: IN_NO_CLUSTER }, 404) },
    '/cluster/:fqdn/config/network': { PUT: (context) => context.json({ message: IN_NO_CLUSTER }, 404) },
  };
  for (const [path, methods] of Object.entries(routes)) {
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
    node.log('error', 'request failed', { error: error.stack ?? error.message });
    return context.json({ message: 'internal error; the log of the daemon says more' }, 500);
  });
  return app;
}

function splitName(fqdn: string): { hostname: string; domain: string } {
  const [hostname = fqdn, ...rest] = fqdn.split('.');
  return { hostname, domain: rest.join('.') };
}

interface Question {
  version: number;
  nic: string;
  waitMs: number;
}

/** What a status request asks for: one write's outcome, or (null) nothing; sentences when it is put wrongly. */
function readQuestion(context: Context<Env>): Question | null | string[] {
  const { version, nic, wait } = context.req.query();
  if (version === undefined && nic === undefined && wait === undefined) return null;
  const complaints: string[] = [];
  const whole = (name: string, text: string | undefined, most: number): number => {
    if (text !== undefined && /^\d{1,15}$/.test(text) && Number(text) <= most) return Number(text);
    const limit = most === Number.MAX_SAFE_INTEGER ? '' : ` of at most ${most}`;
    complaints.push(`${name} must be a whole number${limit}, not ${JSON.stringify(text ?? '')}`);
    return 0;
  };
  const asked = whole('version', version, Number.MAX_SAFE_INTEGER);
  const seconds = wait === undefined ? 0 : whole('wait', wait, MAX_WAIT_SECONDS);
  if (nic === undefined || nic === '') complaints.push('nic is missing: an outcome is asked for with version and nic');
  return complaints.length > 0 ? complaints : { version: asked, nic: nic ?? '', waitMs: seconds * 1000 };
}
