import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type Credentials, speaksFor } from './credentials';
import { MEMBER_HEADER } from './http-server';
import { MAX_RESPONSE_BYTES, REQUEST_MS } from './limits';
import { at } from './sentences';
import { ALPN_HTTP, tlsOptions } from './tls-options';
import { type Address, type Member, type PeerRequest, PeerUnreachable } from './types';

const NO_BODY = new Set([204, 205, 304]);
/** Headers of the connection, not of the response; and the length, which is the body's own. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'upgrade', 'trailer']);

/** One request to the peer on a connection of its own: they are rare, and an idle connection may be dead. */
export function requestPeer(
  { self, peer, address, credentials }: { self: Member; peer: Member; address: Address; credentials: Credentials },
  { method, path, headers = {}, body, timeoutMs = REQUEST_MS, signal }: PeerRequest,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let sent = false;
    const timeLimit = AbortSignal.timeout(timeoutMs);
    const fail = (cause: Error) => {
      const why = timeLimit.aborted ? `no answer within ${timeoutMs / 1000} s` : cause.message;
      reject(new PeerUnreachable(`the peer ${peer.fqdn} at ${at(address)} cannot be asked: ${why}`, sent, { cause }));
    };
    const agent = new Agent({
      ...tlsOptions(credentials),
      ALPNProtocols: [ALPN_HTTP],
      maxCachedSessions: 0, // each connection verifies the certificate
      rejectUnauthorized: true,
      checkServerIdentity: (_host, { raw }) =>
        speaksFor(credentials.form, new X509Certificate(raw), peer)
          ? undefined
          : new Error(`its certificate is not that of ${peer.fqdn} (uid ${peer.uid})`),
    });
    const request = httpsRequest({
      agent,
      host: address.host,
      port: address.port,
      method,
      path,
      headers: {
        ...headers,
        [MEMBER_HEADER]: `${self.uid} ${self.fqdn}`,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      signal: signal === undefined ? timeLimit : AbortSignal.any([timeLimit, signal]),
      ...(isIP(address.host) === 0 ? { servername: address.host } : {}),
    });
    request.once('socket', (socket) => socket.once('secureConnect', () => (sent = true)));
    request.once('error', fail);
    request.once('response', (response) => {
      collect(response).then((content) => resolve(toResponse(response, content)), fail);
    });
    request.end(body);
  });
}

async function collect(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw new Error(`its answer has more than ${MAX_RESPONSE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toResponse(response: IncomingMessage, content: Buffer): Response {
  const status = response.statusCode ?? 502;
  const headers = new Headers();
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2) {
    const name = response.rawHeaders[i] ?? '';
    if (!HOP_BY_HOP.has(name.toLowerCase())) headers.append(name, response.rawHeaders[i + 1] ?? '');
  }
  return new Response(NO_BODY.has(status) ? null : new Uint8Array(content), { status, headers });
}
