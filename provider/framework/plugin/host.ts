import { X509Certificate } from 'node:crypto';
import { makeIdentity } from './certificate';
import { createGrpcServer } from './grpc-server';
import type { Environment } from './environment';
import type { Endpoint } from './handshake';
import { hostMethods } from './host-methods';
import { listen } from './listen';
import type { Logger } from './logger';
import type { Method } from './method';

export interface HostOptions {
  /** Stands in the certificate. */
  readonly name: string;
  readonly methods: ReadonlyMap<string, Method>;
  readonly log: Logger;
  /** Of the client, PEM: it must show exactly this one. Absent: no TLS, whoever reaches the socket is served. */
  readonly clientCertificate?: string | undefined;
  /** The PLUGIN_* variables that say where to listen. */
  readonly env?: Environment;
  /** Left out: a unix socket, except on Windows. */
  readonly network?: Endpoint['network'];
  /** The client asked the plugin to end, and has been answered. */
  readonly onShutdown?: () => void;
  readonly maxMessageBytes?: number;
}

/** A plugin that is being served. */
export interface Host {
  readonly endpoint: Endpoint;
  /** DER of the server's certificate, if TLS is spoken. */
  readonly certificate: Uint8Array | undefined;
  /** Aborts what is in flight, closes every connection and removes the socket. */
  close(): Promise<void>;
  /** Removes the socket at once, for a process that is about to exit. */
  remove(): void;
}

/** Serves `methods` over gRPC, as go-plugin's host does. Any number may run in one process; it touches nothing that is global. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { clientCertificate, log } = options;
  if (clientCertificate !== undefined) checkCertificate(clientCertificate);
  const identity = clientCertificate === undefined ? undefined : makeIdentity(options.name);
  const server = createGrpcServer({
    methods: options.methods,
    hostMethods: hostMethods(() => options.onShutdown?.()),
    tls:
      identity === undefined || clientCertificate === undefined
        ? undefined
        : { ...identity, clientCertificatePem: clientCertificate },
    log,
    ...(options.maxMessageBytes === undefined ? {} : { maxMessageBytes: options.maxMessageBytes }),
  });
  const listening = await listen(server.http2, options.env ?? {}, options.network);
  log.debug('plugin serves', () => ({ ...listening.endpoint, tls: identity !== undefined }));
  return {
    endpoint: listening.endpoint,
    certificate: identity?.certificate,
    close: async () => {
      await server.close();
      listening.remove();
    },
    remove: () => listening.remove(),
  };
}

/** Node takes a text that is no certificate for an empty list of them, and would refuse every client without a word to say why. */
function checkCertificate(pem: string): void {
  try {
    new X509Certificate(pem);
  } catch (error) {
    throw new Error('The certificate that the client passed in PLUGIN_CLIENT_CERT cannot be read.', { cause: error });
  }
}
