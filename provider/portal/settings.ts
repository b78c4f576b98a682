/** How the provider proves who it is. */
export type Credentials =
  | { readonly kind: 'key'; readonly id: string; readonly secret: string }
  | { readonly kind: 'jwt'; readonly jwt: string };

/** What is trusted and shown in TLS. PEM text throughout: files are read by whoever makes the settings. */
export interface TlsSettings {
  /** Certificates to trust instead of the system's. */
  readonly ca?: string;
  /** The client's certificate chain and key. */
  readonly cert?: string;
  readonly key?: string;
  /** The name to expect in the server's certificate instead of the host's. */
  readonly serverName?: string;
  /** Accept any certificate. */
  readonly insecureSkipVerify?: boolean;
}

/** What the provider block comes to, environment included. */
export interface PortalSettings {
  /** Host templates, tried in order. */
  readonly hosts: readonly string[];
  readonly credentials: Credentials;
  readonly tls: TlsSettings;
  /** The organisation that the credentials must belong to. */
  readonly orgId?: string;
  /** Sent as `User-Agent`. */
  readonly userAgent: string;
  /** `HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE` are read from here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How long things may take, in milliseconds. */
export interface PortalTiming {
  /** Until a connection with TLS stands. */
  readonly connect: number;
  /** From the request sent to the answer complete. */
  readonly answer: number;
  /** First wait before a request is sent again; doubles up to `retryMost`. */
  readonly retryFirst: number;
  readonly retryMost: number;
  /** One status request waits at most this long at the server. */
  readonly poll: number;
  /** For how long a read may be shared by refreshes of the same target. */
  readonly shareReads: number;
}

/** The values used in production. */
export const DEFAULT_TIMING: PortalTiming = {
  connect: 10_000,
  answer: 30_000,
  retryFirst: 250,
  retryMost: 8_000,
  poll: 30_000,
  shareReads: 1_000,
};

/** The `Authorization` header. */
export function authorization(credentials: Credentials): string {
  return credentials.kind === 'jwt'
    ? `Bearer ${credentials.jwt}`
    : `trustgrid-token ${credentials.id}:${credentials.secret}`;
}
