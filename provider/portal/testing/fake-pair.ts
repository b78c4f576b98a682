import * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

type Json = Record<string, unknown>;

/** A request as a daemon of the pair saw it. */
export interface PairRequest {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** `before`: cut before anything is done; `after`: done, and cut instead of an answer. */
export type PairFault = 'before' | 'after' | { readonly status: number; readonly body: unknown };

/** What one daemon of the pair holds. */
export interface FakeDaemon {
  readonly uid: string;
  readonly fqdn: string;
  /** For `api_hosts`. */
  readonly host: string;
  cluster: string | null;
  clusterKey: string | null;
  peer: { host: string; port: number } | null;
  /** `config.cluster` as text, byte for byte. */
  heartbeat: string;
  down: boolean;
}

/** What the members share. */
interface SharedCluster {
  name: string;
  fqdn: string;
  mode: string;
  timeout: number;
  handover: string;
  /** The uid of the configured active member. */
  configured: string | null;
  /** The uid of the one that holds. */
  actual: string | null;
  network: string;
  version: number;
  /** The daemons that know it, by uid. */
  known: Set<string>;
}

/**
 * Two daemons on sockets of their own, which form clusters as the real ones do: a member answers for its cluster and lists its peer, forwards
 * what is addressed to the peer, and says so when the peer is down.
 */
export class FakePair {
  readonly requests: PairRequest[] = [];
  readonly clusters = new Map<string, SharedCluster>();
  fault: (request: PairRequest) => PairFault | undefined = () => undefined;
  /** Whether members that both know how to hear each other do. */
  linkUp = true;
  /** Whether the role follows the configured active member. */
  roleMoves = true;
  problems: string[] = [];
  /** As the Trustgrid portal: no status, no timeout, no handover, no peer. */
  portal = false;
  version = 1;

  private constructor(
    readonly daemons: readonly FakeDaemon[],
    private readonly servers: readonly http.Server[],
    private readonly sockets: Set<Socket>,
  ) {}

  static async start(): Promise<FakePair> {
    const sockets = new Set<Socket>();
    const servers = await Promise.all([listen(sockets), listen(sockets)]);
    const daemons = servers.map((server, index): FakeDaemon => {
      const letter = index === 0 ? 'a' : 'b';
      const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const blank = { cluster: null, clusterKey: null, peer: null, heartbeat: '{}', down: false };
      return { uid: `uid-${letter}`, fqdn: `gw-${letter}.example.com`, host, ...blank };
    });
    const pair = new FakePair(daemons, servers, sockets);
    servers.forEach((server, index) => {
      const daemon = at(daemons, index);
      server.on('request', (request, response) => void pair.receive(daemon, request, response));
    });
    return pair;
  }

  get a(): FakeDaemon {
    return at(this.daemons, 0);
  }

  get b(): FakeDaemon {
    return at(this.daemons, 1);
  }

  /** Both daemons in one cluster already. */
  paired(fqdn: string): SharedCluster {
    const name = fqdn.split('.')[0] ?? fqdn;
    const cluster = this.cluster(name, fqdn, this.a);
    for (const daemon of this.daemons) {
      daemon.cluster = fqdn;
      daemon.clusterKey = 'a-cluster-key-that-is-a-secret-of-two';
      cluster.known.add(daemon.uid);
    }
    this.b.peer = { host: '10.0.1.10', port: 9000 };
    cluster.configured = cluster.actual = this.a.uid;
    return cluster;
  }

  count(method: string, path: string): number {
    return this.requests.filter((r) => r.method === method && r.path.includes(path)).length;
  }

  /** As kill -9: its port refuses connections from then on. */
  async kill(daemon: FakeDaemon): Promise<void> {
    daemon.down = true;
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.servers[this.daemons.indexOf(daemon)]?.close(resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private async receive(
    daemon: FakeDaemon,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://fake');
    const seen: PairRequest = {
      host: daemon.host,
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      body: Buffer.concat(chunks).toString(),
    };
    this.requests.push(seen);
    const fault = this.fault(seen);
    if (fault === 'before') return void request.socket.destroy();
    const [status, body, headers] =
      typeof fault === 'object' ? ([fault.status, fault.body, {}] as const) : this.answer(daemon, seen);
    if (fault === 'after') return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  private answer(daemon: FakeDaemon, seen: PairRequest): readonly [number, unknown, http.OutgoingHttpHeaders] {
    const { method, path, query } = seen;
    if (path === '/org/mine') return [200, { uid: 'org-1', domain: 'example.com', name: 'Example' }, {}];
    if (path === '/cluster' && method === 'POST') return this.create(daemon, JSON.parse(seen.body) as Json);
    if (path === '/node') {
      const wanted = query.get('cluster');
      if (wanted === null) return [200, `[${this.node(daemon)}]`, {}];
      if (daemon.cluster !== wanted) return [200, [], {}];
      return [
        200,
        `[${this.membersOf(wanted)
          .map((d) => this.node(d))
          .join(',')}]`,
        {},
      ];
    }
    const [, kind, key = '', rest = ''] = /^\/(node\/by-fqdn|node|cluster)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    if (kind === 'cluster') return this.forCluster(daemon, key, rest, seen);
    const node = this.daemons.find((d) => (kind === 'node' ? d.uid === key : d.fqdn === key));
    const mayAnswer = node === daemon || (node?.cluster != null && node.cluster === daemon.cluster);
    if (node === undefined || !mayAnswer) return [404, { message: `no node ${key} here` }, {}];
    if (node !== daemon && node.down)
      return [503, { message: `${node.fqdn} is not reachable` }, { 'tg-not-forwarded': '1' }];
    return this.forNode(node, rest, seen);
  }

  private create(daemon: FakeDaemon, body: Json): readonly [number, unknown, http.OutgoingHttpHeaders] {
    const name = String(body.name);
    const fqdn = `${name}.example.com`;
    const known = this.clusters.get(fqdn);
    if (known?.known.has(daemon.uid) === true) return [422, [`name ${name} is taken`], {}];
    Object.assign(this.cluster(name, fqdn, daemon), this.portal ? {} : body);
    return [200, {}, {}];
  }

  private cluster(name: string, fqdn: string, daemon: FakeDaemon): SharedCluster {
    const cluster: SharedCluster = {
      ...{ name, fqdn, mode: 'autoFailback', timeout: 10, handover: 'release' },
      ...{ configured: null, actual: null, network: '{}', version: 1, known: new Set([daemon.uid]) },
    };
    this.clusters.set(fqdn, cluster);
    return cluster;
  }

  private forCluster(
    daemon: FakeDaemon,
    fqdn: string,
    rest: string,
    { method, body }: PairRequest,
  ): readonly [number, unknown, http.OutgoingHttpHeaders] {
    const cluster = this.clusters.get(fqdn);
    if (!cluster?.known.has(daemon.uid)) return [404, { message: `no cluster ${fqdn} here` }, {}];
    const { name, mode, timeout, handover, network } = cluster;
    const etag = { etag: `"c${cluster.version}"` };
    const fields = this.portal ? { name, fqdn, mode } : { name, fqdn, mode, timeout, handover };
    if (rest === '' && method === 'GET') {
      return [200, `{${JSON.stringify(fields).slice(1, -1)},"config":{"network":${network}}}`, etag];
    }
    if (rest === '' && method === 'PUT') {
      const change = JSON.parse(body) as Json;
      if (!this.portal) Object.assign(cluster, change);
      else if (typeof change.mode === 'string') cluster.mode = change.mode;
      cluster.version++;
      return [200, {}, etag];
    }
    if (rest === '' && method === 'DELETE') {
      const members = this.membersOf(fqdn).map((d) => d.fqdn);
      if (members.length > 0) return [422, [`cluster ${fqdn} has members: ${members.join(', ')}`], {}];
      cluster.known.delete(daemon.uid);
      if (cluster.known.size === 0) this.clusters.delete(fqdn);
      return [200, {}, {}];
    }
    if (rest.startsWith('/active/') && method === 'PUT') {
      const uid = rest.slice('/active/'.length);
      if (!this.membersOf(fqdn).some((d) => d.uid === uid)) return [422, [`${uid} is no member of ${fqdn}`], {}];
      cluster.configured = uid;
      if (this.roleMoves) cluster.actual = uid;
      return [200, {}, {}];
    }
    if (rest === '/status' && !this.portal)
      return [200, { configVersion: 1, interfaces: [], ...this.view(daemon, cluster) }, {}];
    return [404, { message: 'not found' }, {}];
  }

  private forNode(
    node: FakeDaemon,
    rest: string,
    { method, body }: PairRequest,
  ): readonly [number, unknown, http.OutgoingHttpHeaders] {
    const etag = { etag: `"n${this.version}"` };
    if (rest === '' && method === 'GET') return [200, this.node(node), etag];
    if (rest === '/status' && !this.portal) {
      const cluster = node.cluster === null ? undefined : this.clusters.get(node.cluster);
      const view = cluster === undefined ? {} : { cluster: this.view(node, cluster) };
      return [200, { uid: node.uid, fqdn: node.fqdn, configVersion: 1, interfaces: [], refusals: [], ...view }, {}];
    }
    if (rest === '/config/cluster' && method === 'PUT') {
      node.heartbeat = body;
      this.version++;
      return [200, {}, {}];
    }
    if (rest === '' && method === 'PUT') {
      const { cluster, clusterKey, peer } = JSON.parse(body) as {
        cluster: string | null;
        clusterKey?: string;
        peer?: { host: string; port: number };
      };
      this.version++;
      if (cluster === null) this.leave(node);
      else {
        const name = cluster.split('.')[0] ?? cluster;
        const shared = this.clusters.get(cluster) ?? this.cluster(name, cluster, node);
        shared.known.add(node.uid);
        node.cluster = cluster;
        node.clusterKey = clusterKey ?? node.clusterKey;
        node.peer = peer ?? node.peer;
        shared.actual ??= node.uid;
      }
      return [200, {}, {}];
    }
    return [404, { message: 'not found' }, {}];
  }

  private leave(node: FakeDaemon): void {
    const cluster = node.cluster === null ? undefined : this.clusters.get(node.cluster);
    node.cluster = node.clusterKey = node.peer = null;
    node.heartbeat = '{}';
    if (cluster === undefined) return;
    const left = this.membersOf(cluster.fqdn);
    if (cluster.actual === node.uid) cluster.actual = left[0]?.uid ?? null;
  }

  private membersOf(fqdn: string): FakeDaemon[] {
    return this.daemons.filter((d) => d.cluster === fqdn);
  }

  private node(daemon: FakeDaemon): string {
    const { uid, fqdn, cluster, peer, heartbeat } = daemon;
    const ours = this.portal || peer === null ? {} : { peer };
    const head = JSON.stringify({ uid, name: fqdn.split('.')[0], fqdn, cluster, state: 'ACTIVE', ...ours }).slice(
      1,
      -1,
    );
    return `{${head},"config":{"network":{},"cluster":${heartbeat}}}`;
  }

  private view(daemon: FakeDaemon, cluster: SharedCluster): Json {
    const members = this.membersOf(cluster.fqdn);
    const keys = new Set(members.map((d) => d.clusterKey));
    const hear = this.linkUp && members.length === 2 && keys.size === 1 && members.some((d) => d.peer !== null);
    // What a member knows of the other before it heard of it: nothing.
    const seen = hear || daemon.fqdn in this.heardBefore ? members : members.filter((d) => d === daemon);
    return {
      fqdn: cluster.fqdn,
      name: cluster.name,
      configuredActive: cluster.configured,
      actualActive: cluster.actual,
      problems: this.problems.map((message) => ({ code: 'x', message, kind: 'retry-later', since: '' })),
      members: seen.map((d) => ({
        uid: d.uid,
        fqdn: d.fqdn,
        self: d === daemon,
        role: cluster.actual === d.uid ? 'active' : 'standby',
        reachable: d === daemon || (hear && !d.down),
        endpoint: { host: '10.0.1.10', port: 9000 },
        fitness: { enabled: true, healthy: true, ec2: true, problems: [] },
      })),
    };
  }

  /** Daemons by FQDN that list their peer also while they do not hear it. */
  heardBefore: Readonly<Record<string, true>> = {};
}

function at(daemons: readonly FakeDaemon[], index: number): FakeDaemon {
  const daemon = daemons[index];
  if (daemon === undefined) throw new Error('a pair has two daemons');
  return daemon;
}

async function listen(sockets: Set<Socket>): Promise<http.Server> {
  const server = http.createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
