import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Engine } from '../server/engine';
import { listen, stop } from '../server/listen';
import type { View } from '../server/backend';
import type { Instance, VpcState } from '../rules/state';
import { findNode, metadataOf, showNode, type MetadataNode } from './metadata';
import { SessionTokens } from './session-tokens';

const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds';
const TOKEN_HEADER = 'x-aws-ec2-metadata-token';

interface Reply {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** The metadata service (IMDSv2 only) of one instance, on a port of its own. */
export class ImdsListener {
  private readonly tokens = new SessionTokens();
  private readonly server: Server;

  private constructor(
    private readonly engine: Engine,
    private readonly instanceId: string,
  ) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** Listens on a free port of `host`. */
  static async open(engine: Engine, instanceId: string, host: string): Promise<ImdsListener & { endpoint: string }> {
    const listener = new ImdsListener(engine, instanceId);
    const endpoint = await listen(listener.server, host, 0);
    return Object.assign(listener, { endpoint });
  }

  close(): Promise<void> {
    return stop(this.server);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const struck = this.engine.faults.strike({ action: 'IMDS', instanceId: this.instanceId, reads: true });
    await this.engine.clock.sleep(struck.delayMs);
    let reply: Reply;
    try {
      reply = faultReply(struck.end?.kind) ?? (await this.reply(request, struck.stale));
    } catch (error) {
      reply = { status: 500, body: error instanceof Error ? error.message : String(error) };
    }
    if (struck.end?.kind === 'timeout-after-success') return;
    if (struck.end?.kind === 'drop') {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { 'content-type': 'text/plain', server: 'EC2ws', ...reply.headers });
    response.end(reply.body);
  }

  private async reply(request: IncomingMessage, stale: { ms: number } | null): Promise<Reply> {
    const path = new URL(request.url ?? '/', 'http://imds').pathname;
    const now = this.engine.clock.steady();
    const header = (name: string) => [request.headers[name]].flat()[0];
    if (path === '/latest/api/token') {
      if (request.method !== 'PUT') return { status: 405, body: 'Only PUT makes a token.' };
      if (request.headers['x-forwarded-for'] !== undefined) return { status: 403, body: 'Forbidden' };
      const issued = this.tokens.issue(header(TTL_HEADER), now);
      if (!issued) return { status: 400, body: `${TTL_HEADER} must be a whole number from 1 to 21600.` };
      return { status: 200, body: issued.token, headers: { [TTL_HEADER]: String(issued.ttlSeconds) } };
    }
    if (request.method !== 'GET') return { status: 405, body: 'Only GET reads metadata.' };
    if (!this.tokens.isValid(header(TOKEN_HEADER), now)) return { status: 401, body: 'Unauthorized' };
    const node = await this.find(path, stale);
    return node === undefined ? { status: 404, body: 'Not Found' } : { status: 200, body: showNode(node) };
  }

  private async find(path: string, stale: { ms: number } | null): Promise<MetadataNode | undefined> {
    const [root, ...rest] = path.split('/').filter((part) => part !== '');
    if (root !== 'latest') return undefined;
    const state = await this.engine.backend.state(this.view(stale));
    const instance = state.instances.get(this.instanceId);
    if (!instance || instance.state === 'terminated') return undefined;
    return findNode(metadataOf(state, instance, this.iamNode(state, instance)), rest);
  }

  private view(stale: { ms: number } | null): View {
    if (stale?.ms === 0) return { kind: 'before-last-change' };
    const ms = Math.max(this.engine.timing.imdsLagMs, stale?.ms ?? 0);
    return ms > 0 ? { kind: 'age', ms } : { kind: 'now' };
  }

  private iamNode(state: VpcState, instance: Instance): MetadataNode {
    const now = this.engine.clock.wall().getTime();
    const issued = this.engine.credentials.current(this.instanceId, this.engine.timing.credentialsTtlSeconds, now);
    const iso = (at: number) => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
    const profile = `arn:aws:iam::${state.account}:instance-profile/${instance.role}`;
    return {
      info: JSON.stringify(
        {
          Code: 'Success',
          LastUpdated: iso(issued.issued),
          InstanceProfileArn: profile,
          InstanceProfileId: 'AIPATGVPC',
        },
        null,
        2,
      ),
      'security-credentials': {
        [instance.role]: JSON.stringify(
          {
            Code: 'Success',
            LastUpdated: iso(issued.issued),
            Type: 'AWS-HMAC',
            AccessKeyId: issued.accessKeyId,
            SecretAccessKey: issued.secretAccessKey,
            Token: issued.token,
            Expiration: iso(issued.expires),
          },
          null,
          2,
        ),
      },
    };
  }
}

function faultReply(kind: string | undefined): Reply | null {
  switch (kind) {
    case 'server-error':
      return { status: 500, body: 'Internal Server Error' };
    case 'throttle':
      return { status: 503, body: 'Service Unavailable' };
    case 'unauthorized':
    case 'expired-credentials':
      return { status: 401, body: 'Unauthorized' };
    default:
      return null;
  }
}
