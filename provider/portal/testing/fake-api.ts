import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** One node or cluster of the fake. */
export interface FakeTarget {
  readonly kind: 'node' | 'cluster';
  readonly key: string;
  readonly fqdn: string;
  /** The text of its network config, byte for byte. */
  network: string;
  version: number;
}

/** A request as the fake saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** What happens instead of, or after, the normal handling. */
export type Fault =
  /** The connection is cut before anything is done. */
  | { readonly kind: 'drop-before' }
  /** It is done, and the connection is cut instead of an answer. */
  | { readonly kind: 'drop-after' }
  /** Nothing is done and no answer comes. */
  | { readonly kind: 'hang' }
  /** It is done, and the answer never comes. */
  | { readonly kind: 'hang-after' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
  /** Somebody else writes right before this request is handled. */
  | { readonly kind: 'other-writer'; readonly write: (target: FakeTarget) => void };

export interface Outcome {
  readonly outcome: 'applied' | 'pending' | 'refused' | 'superseded';
  readonly messages?: readonly string[];
}

export interface FakeApiOptions {
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientCa?: string };
  /** As the Trustgrid portal: no ETag, no version, no status, no check. */
  readonly portal?: boolean;
  readonly authorization?: string;
}

/** A server of the config API for tests: real HTTP, a text store, and faults on demand. */
export class FakeApi {
  readonly requests: SeenRequest[] = [];
  readonly targets: FakeTarget[] = [];
  /** Asked for each request. */
  fault: (request: SeenRequest) => Fault | undefined = () => undefined;
  /** Sentences for a 422; none accepts. */
  validate: (network: string, target: FakeTarget) => string[] = () => [];
  /** What became of a write for a NIC. */
  outcome: (nic: string, version: number) => Outcome = () => ({ outcome: 'applied' });
  /** What a refresh sees of a NIC. */
  interfaces: (target: FakeTarget) => unknown[] = () => [];
  findings: (network: string, target: FakeTarget) => unknown[] = () => [];
  /** Runs after each stored write. */
  stored: (target: FakeTarget) => void = () => undefined;
  /** For `api_host`: plain on loopback, or `localhost` with TLS. */
  readonly host: string;
  readonly port: number;
  private readonly sockets = new Set<Socket>();
  private closed = false;

  private constructor(
    private readonly server: http.Server,
    private readonly options: FakeApiOptions,
  ) {
    this.port = (server.address() as AddressInfo).port;
    this.host = options.tls === undefined ? `http://127.0.0.1:${this.port}` : `localhost:${this.port}`;
  }

  static async start(options: FakeApiOptions = {}): Promise<FakeApi> {
    const { tls } = options;
    const server =
      tls === undefined
        ? http.createServer()
        : https.createServer({
            key: tls.key,
            cert: tls.cert,
            ...(tls.clientCa !== undefined && { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
          });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const fake = new FakeApi(server, options);
    server.on('connection', (socket: Socket) => {
      fake.sockets.add(socket);
      socket.on('close', () => fake.sockets.delete(socket));
    });
    server.on('tlsClientError', () => undefined);
    server.on('request', (request, response) => void fake.receive(request, response));
    return fake;
  }

  get connections(): number {
    return this.sockets.size;
  }

  node(fqdn: string, uid: string, network = '{}'): FakeTarget {
    const target: FakeTarget = { kind: 'node', key: uid, fqdn, network, version: 1 };
    this.targets.push(target);
    return target;
  }

  cluster(fqdn: string, network = '{}'): FakeTarget {
    const target: FakeTarget = { kind: 'cluster', key: fqdn, fqdn, network, version: 1 };
    this.targets.push(target);
    return target;
  }

  count(method: string, path = ''): number {
    return this.requests.filter((r) => r.method === method && r.path.includes(path)).length;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client went away
    }
    const url = new URL(request.url ?? '/', 'http://fake');
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    this.requests.push(seen);
    const fault = this.fault(seen);
    if (fault?.kind === 'drop-before') return void request.socket.destroy();
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'answer') {
      response.writeHead(fault.status, fault.headers);
      response.end(fault.body ?? '');
      return;
    }
    const target = this.find(seen.path);
    if (fault?.kind === 'other-writer' && target !== undefined) {
      fault.write(target);
      target.version++;
    }
    const [status, headers, body] = await this.answer(seen, target);
    if (fault?.kind === 'drop-after') return void request.socket.destroy();
    if (fault?.kind === 'hang-after') return;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  }

  private find(path: string): FakeTarget | undefined {
    const byFqdn = /^\/node\/by-fqdn\/([^/]+)$/.exec(path)?.[1];
    if (byFqdn !== undefined)
      return this.targets.find((t) => t.kind === 'node' && t.fqdn.toLowerCase() === byFqdn.toLowerCase());
    const [, kind, key] = /^\/(node|cluster)\/([^/]+)/.exec(path) ?? [];
    return this.targets.find((t) => t.kind === kind && t.key === key);
  }

  private async answer(
    seen: SeenRequest,
    target: FakeTarget | undefined,
  ): Promise<[number, Record<string, string>, string]> {
    const { method, path, headers, body } = seen;
    const ours = this.options.portal !== true;
    if (this.options.authorization !== undefined && headers.authorization !== this.options.authorization) {
      return [401, {}, JSON.stringify({ message: `no such token: ${headers.authorization ?? 'none'}` })];
    }
    if (path === '/org/mine') return [200, {}, '{"uid":"org-1","domain":"example.com","name":"Example"}'];
    if (target === undefined) return [404, {}, '{"message":"not found"}'];
    if (method === 'GET' && /^\/(node\/by-fqdn|node|cluster)\/[^/]+$/.test(path)) {
      const name = target.kind === 'node' ? `"uid":"${target.key}",` : '';
      const text = `{${name}"name":"x","fqdn":"${target.fqdn}","state":"ACTIVE","config":{"network":${target.network},"z":1}}`;
      return [200, ours ? { etag: `"${target.version}"` } : {}, text];
    }
    if (method === 'PUT' && path.endsWith('/config/network')) return this.write(seen, target, ours);
    if (ours && method === 'POST' && path.endsWith('/config/network/check')) {
      return [200, {}, JSON.stringify({ findings: this.findings(body, target) })];
    }
    if (ours && method === 'GET' && path.endsWith('/status'))
      return [200, {}, JSON.stringify(await this.status(seen, target))];
    return [404, {}, '{"message":"not found"}'];
  }

  private write(
    { headers, body }: SeenRequest,
    target: FakeTarget,
    ours: boolean,
  ): [number, Record<string, string>, string] {
    const ifMatch = headers['if-match'];
    if (ours && ifMatch !== undefined && ifMatch !== `"${target.version}"`) return [412, {}, '{"message":"changed"}'];
    const sentences = this.validate(body, target);
    if (sentences.length > 0) return [422, {}, JSON.stringify(sentences)];
    target.network = body;
    target.version++;
    this.stored(target);
    return [200, ours ? { etag: `"${target.version}"`, 'tg-config-version': String(target.version) } : {}, '{}'];
  }

  private async status({ query }: SeenRequest, target: FakeTarget): Promise<unknown> {
    const nic = query.get('nic');
    const version = Number(query.get('version'));
    const until = Date.now() + Number(query.get('wait') ?? '0') * 1000;
    let outcome: Outcome | undefined = nic === null ? undefined : this.outcome(nic, version);
    while (nic !== null && outcome?.outcome === 'pending' && Date.now() < until && !this.closed) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      outcome = this.outcome(nic, version);
    }
    return {
      uid: target.key,
      fqdn: target.fqdn,
      daemon: { version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z' },
      role: 'active',
      configVersion: target.version,
      interfaces: this.interfaces(target),
      problems: [],
      refusals: [],
      ...outcome,
    };
  }
}
