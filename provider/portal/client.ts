import { endpointsOf, HostTemplateError } from './endpoint';
import { explainStatus, explainWireError } from './explain';
import { PortalError } from './portal-error';
import { redactor } from './redact';
import { backoffMs } from './retry';
import type { PortalSettings, PortalTiming } from './settings';
import { authorization } from './settings';
import { sleep } from './sleep';
import type { TargetNames } from './target';
import type { WireAnswer } from './transport';
import { Transport } from './transport';
import { TrustError } from './trust';
import { WireError } from './wire-error';

/** Tells what happens on the wire; never called with a secret or a body. */
export type PortalLog = (
  level: 'trace' | 'debug' | 'info' | 'warn',
  message: string,
  fields?: Record<string, unknown>,
) => void;

/** One call of the config API. */
export interface ApiCall {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Below the API's root, with its query, e.g. `/node/5d0f/status?version=3`. */
  readonly path: string;
  /** What the host templates may ask for; none where the call is about no target. */
  readonly names: TargetNames;
  /** JSON. The API wants the text `null` where a write has nothing to say. */
  readonly body?: string;
  /** A POST that changes nothing. */
  readonly asks?: boolean;
  /** What of the body must not be told in an error or a log. */
  readonly secrets?: readonly string[];
  /** A strong ETag: the server executes the call only while it is current. */
  readonly ifMatch?: string;
  readonly signal: AbortSignal;
  /** What is asked for is no target: that one host has none is believed, whatever the others would say. */
  readonly absenceIsAnswer?: boolean;
  /** Overrides the time until the answer is complete, in milliseconds. */
  readonly answerMs?: number;
}

/** The body of a write that has nothing to say; it goes out without a Content-Type, as the portal's own client does it. */
export const NO_PAYLOAD = 'null';

const isWrite = ({ method, asks }: ApiCall): boolean => method !== 'GET' && asks !== true;

/** How often a call is sent at most. */
const MOST_ATTEMPTS = 6;

/**
 * The config API behind one provider configuration: hosts tried in order, credentials sent, failures put into words.
 *
 * A host that cannot be reached is passed over for the next one, since nothing was sent to it. Reads are sent again when the server is
 * busy or does not answer; writes only when it says that it did not take them (429). A host that does not know the target is passed over
 * too, and "not found" is believed only when every host was asked: a member that is down must not look like one that is gone.
 */
export class ApiClient {
  private readonly transport: Transport;
  private readonly headers: Readonly<Record<string, string>>;
  /** Takes this client's secrets out of a text. */
  readonly blot: (text: string) => string;
  /** Per target, the host that answered last: one that is down costs its time-out once. */
  private readonly preferred = new Map<string, number>();

  constructor(
    private readonly settings: PortalSettings,
    readonly timing: PortalTiming,
    private readonly log: PortalLog,
  ) {
    this.transport = new Transport(settings, timing);
    this.blot = redactor(settings);
    this.headers = {
      accept: 'application/json',
      authorization: authorization(settings.credentials),
      'user-agent': settings.userAgent,
    };
  }

  /**
   * The answer, with status 200.
   * @throws PortalError for everything else.
   */
  async call(call: ApiCall): Promise<WireAnswer> {
    const hosts = this.hostsOf(call.names);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.callAnyHost(call, hosts);
      } catch (error) {
        if (!(error instanceof PortalError) || attempt >= MOST_ATTEMPTS || !mayRepeat(call, error)) throw error;
        const wait =
          error.retryAfterMs ?? backoffMs(attempt, this.timing.retryFirst, this.timing.retryMost, Math.random);
        this.log('info', 'the config API is asked again', {
          path: call.path,
          attempt,
          wait_ms: Math.round(wait),
          because: error.message,
        });
        await sleep(wait, call.signal);
      }
    }
  }

  /**
   * The same for all targets that the same hosts are asked about.
   * @throws PortalError when a host template needs a name that is not among `names`.
   */
  hostsKey(names: TargetNames): string {
    return this.hostsOf(names)
      .map((host) => host.origin)
      .join(' ');
  }

  /** Ends every connection. */
  close(): void {
    this.transport.close();
  }

  private hostsOf(names: TargetNames): URL[] {
    try {
      return endpointsOf(this.settings.hosts, names);
    } catch (error) {
      if (error instanceof HostTemplateError) throw new PortalError('settings', error.message, [], { cause: error });
      throw error;
    }
  }

  private async callAnyHost(call: ApiCall, hosts: readonly URL[]): Promise<WireAnswer> {
    const { node_fqdn, node_id, cluster_fqdn } = call.names;
    const key = [node_fqdn ?? node_id ?? cluster_fqdn, ...hosts.map((h) => h.host)].join(' ');
    const first = this.preferred.get(key) ?? 0;
    const failures: PortalError[] = [];
    const numbered = [...hosts.entries()];
    for (const [index, host] of [...numbered.slice(first), ...numbered.slice(0, first)]) {
      try {
        const answer = await this.callHost(call, host);
        this.preferred.set(key, index);
        return answer;
      } catch (error) {
        if (!(error instanceof PortalError)) throw error;
        const passedOver =
          error.kind === 'unreachable' || (error.kind === 'not-found' && call.absenceIsAnswer !== true);
        if (!passedOver) {
          this.preferred.set(key, index);
          throw error;
        }
        failures.push(error);
      }
    }
    const unreachable = failures.filter((f) => f.kind === 'unreachable');
    const absent = failures.find((f) => f.kind === 'not-found');
    if (absent !== undefined && unreachable.length === 0) throw absent;
    if (absent !== undefined) {
      throw new PortalError(
        'unreachable',
        `Those hosts that can be reached do not know it, and another might.\n${failures.map((f) => f.message).join('\n')}`,
        [],
        { cause: unreachable[0] },
      );
    }
    const [only, another] = failures;
    if (only !== undefined && another === undefined) throw only;
    throw new PortalError(
      'unreachable',
      `None of the hosts can be reached.\n${failures.map((f) => f.message).join('\n')}`,
      [],
      {
        cause: only,
      },
    );
  }

  private async callHost(call: ApiCall, host: URL): Promise<WireAnswer> {
    const url = new URL(call.path, host);
    const asked = { method: call.method, url, writes: isWrite(call) };
    const blot = (text: string): string =>
      (call.secrets ?? []).reduce((t, s) => t.replaceAll(s, '(secret)'), this.blot(text));
    const started = Date.now();
    try {
      const answer = await this.transport.send({
        method: call.method,
        url,
        headers: {
          ...this.headers,
          ...(call.body !== undefined && call.body !== NO_PAYLOAD && { 'content-type': 'application/json' }),
          ...(call.ifMatch !== undefined && { 'if-match': call.ifMatch }),
        },
        ...(call.body !== undefined && { body: call.body }),
        signal: call.signal,
        answerMs: call.answerMs ?? this.timing.answer,
      });
      this.log('debug', 'the config API answered', {
        method: call.method,
        url: url.href,
        status: answer.status,
        ms: Date.now() - started,
      });
      if (answer.status !== 200) throw explainStatus(answer, asked, Date.now(), blot);
      return answer;
    } catch (error) {
      if (error instanceof TrustError) throw new PortalError('tls', error.message, [], { cause: error });
      if (!(error instanceof WireError)) throw error;
      this.log('debug', 'the config API did not answer', {
        method: call.method,
        url: url.href,
        code: error.code,
        ms: Date.now() - started,
      });
      throw explainWireError(error, asked, call.signal, blot);
    }
  }
}

/**
 * Whether sending the call again as it is cannot do harm, and might help. A write of unknown outcome is not: its sender reads first what
 * became of it.
 */
function mayRepeat(call: ApiCall, error: PortalError): boolean {
  if (error.kind !== 'server') return false;
  if (error.status === 429) return true;
  return !isWrite(call) && (error.status === null || (error.status >= 500 && error.status !== 501));
}
