import * as http from 'node:http';
import * as https from 'node:https';
import { proxyFor, TunnelAgent } from './proxy';
import type { PortalSettings, PortalTiming } from './settings';
import { secureContext } from './trust';
import { isTlsError, WireError } from './wire-error';

/** The longest answer that is read, in bytes; a node with a thousand interfaces has a few hundred thousand. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** One HTTP request to one host. */
export interface WireRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Host and path; nothing of it is secret. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** From the request sent to the answer complete, in milliseconds. */
  readonly answerMs: number;
}

/** The answer, whatever its status. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<http.IncomingHttpHeaders>;
  readonly body: string;
}

/** Sends single requests over kept-alive connections. Redirects are not followed: the credentials are for this host. */
export class Transport {
  private readonly agents = new Map<string, http.Agent>();

  constructor(
    private readonly settings: Pick<PortalSettings, 'tls' | 'environment'>,
    private readonly timing: Pick<PortalTiming, 'connect'>,
  ) {}

  /** @throws WireError and TrustError only. */
  send(request: WireRequest): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(request, this.timing.connect, resolve, reject);
      exchange.start(this.agentFor(request.url));
    });
  }

  /** Closes the idle connections and those in use. */
  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
  }

  private agentFor(url: URL): http.Agent {
    const proxy = proxyFor(url, this.settings.environment);
    const key = `${url.protocol}|${proxy?.href ?? ''}`;
    let agent = this.agents.get(key);
    if (agent === undefined) {
      agent = url.protocol === 'http:' ? new http.Agent({ keepAlive: true }) : this.tlsAgent(proxy);
      this.agents.set(key, agent);
    }
    return agent;
  }

  private tlsAgent(proxy: URL | null): https.Agent {
    const { tls, environment } = this.settings;
    const options: https.AgentOptions = {
      keepAlive: true,
      secureContext: secureContext(tls, environment),
      rejectUnauthorized: tls.insecureSkipVerify !== true,
      ...(tls.serverName !== undefined && { servername: tls.serverName }),
    };
    return proxy === null ? new https.Agent(options) : new TunnelAgent(proxy, options);
  }
}

/** One request on its way. Settles exactly once; every timer and listener is gone afterwards. */
class Exchange {
  private sent = false;
  private settled = false;
  private timer: NodeJS.Timeout | undefined;
  private request: http.ClientRequest | undefined;
  private readonly onAbort = (): void =>
    this.fail(new WireError('aborted', this.sent, 'ABORT_ERR', 'given up', { cause: this.wanted.signal.reason }));

  constructor(
    private readonly wanted: WireRequest,
    private readonly connectMs: number,
    private readonly resolve: (answer: WireAnswer) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  start(agent: http.Agent): void {
    const { wanted } = this;
    if (wanted.signal.aborted) {
      this.onAbort();
      return;
    }
    wanted.signal.addEventListener('abort', this.onAbort, { once: true });
    this.arm(
      this.connectMs,
      () => new WireError('unreachable', false, 'ETIMEDOUT', `no connection within ${this.connectMs / 1000} s`),
    );
    const request = (wanted.url.protocol === 'http:' ? http : https).request(wanted.url, {
      method: wanted.method,
      agent,
      headers: {
        ...wanted.headers,
        'accept-encoding': 'identity',
        ...(wanted.body !== undefined && { 'content-length': String(Buffer.byteLength(wanted.body)) }),
      },
    });
    this.request = request;
    request.on('error', (error: NodeJS.ErrnoException) => this.fail(this.wireError(error)));
    request.on('response', (response) => this.receive(response));
    request.on('socket', (socket) => {
      if (request.reusedSocket) this.connected();
      else socket.once(wanted.url.protocol === 'http:' ? 'connect' : 'secureConnect', () => this.connected());
    });
    request.end(wanted.body);
  }

  private connected(): void {
    if (this.settled) return;
    this.sent = true;
    const { answerMs } = this.wanted;
    this.arm(answerMs, () => new WireError('timeout', true, 'ETIMEDOUT', `no answer within ${answerMs / 1000} s`));
  }

  private receive(response: http.IncomingMessage): void {
    this.sent = true;
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_ANSWER_BYTES)
        this.fail(new WireError('protocol', true, 'TOO_LONG', 'the answer is longer than 64 MiB'));
    });
    response.on('error', (error: NodeJS.ErrnoException) => this.fail(this.wireError(error)));
    response.on('end', () => {
      if (!response.complete) {
        this.fail(new WireError('broken', true, 'ECONNRESET', 'the answer broke off'));
        return;
      }
      let body: string;
      try {
        body = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
      } catch (error) {
        this.fail(new WireError('protocol', true, 'NOT_UTF8', 'the answer is not UTF-8 text', { cause: error }));
        return;
      }
      if (this.settle()) this.resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
  }

  private wireError(error: NodeJS.ErrnoException): WireError {
    if (error instanceof WireError) return error;
    const code = error.code ?? error.name;
    // TLS 1.3 servers refuse a client's certificate by an alert after the client thinks that the connection stands.
    if (isTlsError(error) && (!this.sent || code.includes('CERTIFICATE')))
      return new WireError('tls', false, code, error.message, { cause: error });
    if (code.startsWith('HPE_'))
      return new WireError('protocol', this.sent, code, 'the answer is not HTTP', { cause: error });
    return new WireError(this.sent ? 'broken' : 'unreachable', this.sent, code, error.message, { cause: error });
  }

  private arm(ms: number, late: () => WireError): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail(late()), ms);
  }

  private fail(error: WireError): void {
    if (!this.settle()) return;
    this.request?.destroy();
    this.reject(error);
  }

  private settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    clearTimeout(this.timer);
    this.wanted.signal.removeEventListener('abort', this.onAbort);
    return true;
  }
}
