import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import {
  connect as http2Connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { connect as netConnect, type NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect, type SecureVersion } from 'node:tls';
import type { Init, Message } from '../../protocol/message';
import type { Endpoint } from '../handshake';

/** A key and certificate as go-plugin's client makes them for itself. */
export interface ClientIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** P-521 and self-signed, made by OpenSSL: nothing of the code under test is in it. */
export function makeClientIdentity(): ClientIdentity {
  const folder = mkdtempSync(join(tmpdir(), 'client-'));
  try {
    const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')];
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:secp521r1',
      '-nodes',
      '-days',
      '3650',
    ];
    const names = ['-subj', '/CN=localhost/O=HashiCorp', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', [...request, ...names, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
    return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface ConnectOptions {
  /** DER of the one certificate that the server may show; absent: no TLS. */
  readonly server?: Uint8Array | undefined;
  readonly identity?: ClientIdentity | undefined;
  /** The only TLS version to speak. */
  readonly version?: SecureVersion;
}

/** How a call ended, and what came before. */
export interface Outcome {
  readonly httpStatus: number;
  readonly status: number;
  readonly message: string;
  readonly messages: Buffer[];
}

/** A gRPC client such as Go's, as far as a plugin's host can tell. Rejects if the server does not let it in. */
export async function connect(endpoint: Endpoint, options: ConnectOptions = {}): Promise<GrpcClient> {
  const socket = open(endpoint, options);
  const session = http2Connect('http://localhost', { createConnection: () => socket });
  await new Promise<void>((resolve, reject) => {
    session.once('error', reject);
    session.once('close', () => reject(new Error('closed')));
    // Under TLS 1.3 a client learns that its certificate was refused only after it believes itself connected.
    session.once('connect', () => session.ping((error: Error | null) => (error === null ? resolve() : reject(error))));
  });
  session.on('error', () => undefined);
  return new GrpcClient(session);
}

/** A bare connection to the endpoint. */
export function dial({ network, address }: Endpoint): NetConnectOpts {
  const [host = '', port] = address.split(':');
  return network === 'unix' ? { path: address } : { host, port: Number(port) };
}

function open(endpoint: Endpoint, { server, identity, version }: ConnectOptions) {
  if (server === undefined) return netConnect(dial(endpoint));
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(server).toString('base64')}\n-----END CERTIFICATE-----\n`;
  return tlsConnect({
    ...dial(endpoint),
    ca: pem,
    servername: 'localhost',
    ALPNProtocols: ['h2'],
    ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
    // OpenSSL offers the versions before 1.2 only at its lowest security level.
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }),
  });
}

export class GrpcClient {
  constructor(readonly session: ClientHttp2Session) {}

  /** Sends one message, and waits for the end of the call. */
  async call<Req, Res>(path: string, request: Message<Req>, value: Init<Req>, response: Message<Res>): Promise<Res> {
    const outcome = await this.raw(path, frameOf(request.encode(value)));
    if (outcome.status !== 0) throw new Error(`${outcome.status}: ${outcome.message}`);
    const [message] = outcome.messages;
    if (message === undefined) throw new Error('the call ended well, without a message');
    return response.decode(message);
  }

  /** Sends bytes, well formed or not, and waits for the end of the call. */
  async raw(path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Outcome> {
    const stream = this.open(path, headers);
    stream.end(body);
    return outcomeOf(stream);
  }

  open(path: string, headers: Record<string, string> = {}): ClientHttp2Stream {
    return this.session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.session.destroyed) {
        resolve();
        return;
      }
      this.session.once('close', resolve);
      this.session.destroy();
    });
  }
}

export function frameOf(message: Uint8Array): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

export function outcomeOf(stream: ClientHttp2Stream): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let head: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    stream.on('response', (headers: IncomingHttpHeaders) => (head = headers));
    stream.on('trailers', (headers: IncomingHttpHeaders) => (trailers = headers));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () => {
      const outcome = 'grpc-status' in head ? head : trailers;
      const status = outcome['grpc-status'];
      resolve({
        httpStatus: Number(head[':status']),
        status: status === undefined ? -1 : Number(status),
        message: decodeURIComponent(textOf(outcome['grpc-message'])),
        messages: unframe(Buffer.concat(chunks)),
      });
    });
  });
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : (header ?? []).join();
}

function unframe(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    messages.push(bytes.subarray(at + 5, end));
    at = end;
  }
  return messages;
}
