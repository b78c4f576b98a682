/** What went wrong between this node and the instance metadata service. */
export type ImdsReason =
  /** Nothing answers at the address: not an EC2 instance, or a route or firewall in the way. */
  | 'unreachable'
  /** It connects, but the token request is never answered: what a response hop limit of 1 does to containers. */
  | 'hop-limit'
  /** It answered the token request before, and does not answer now. */
  | 'no-answer'
  /** It refuses, e.g. because it is switched off for this instance. */
  | 'refused'
  /** It knows no such item. */
  | 'not-found'
  /** It answered something that cannot be it. */
  | 'malformed';

/** A failed request to the instance metadata service; the message says what to do about it. */
export class ImdsError extends Error {
  override readonly name = 'ImdsError';
  constructor(
    readonly reason: ImdsReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const INSTEAD =
  'or give what it would say in node.yaml (aws.region, and nics.NAME.eni, .subnet, .subnet_cidr, .primary)';

export const unreachable = (endpoint: string, why: string, cause: unknown): ImdsError =>
  new ImdsError(
    'unreachable',
    `The instance metadata service does not answer at ${endpoint} (${why}). On an EC2 instance, check that it is ` +
      `switched on (HttpEndpoint) and that no firewall rule blocks it; elsewhere, set aws.imds_endpoint, ${INSTEAD}.`,
    { cause },
  );

export const hopLimit = (endpoint: string, ms: number, cause: unknown): ImdsError =>
  new ImdsError(
    'hop-limit',
    `The instance metadata service at ${endpoint} accepts connections, but gave no session token within ${ms} ms. In a ` +
      `container that is what a response hop limit of 1 does: set HttpPutResponseHopLimit to 2 (aws ec2 ` +
      `modify-instance-metadata-options), use the host's network, ${INSTEAD}.`,
    { cause },
  );

export const noAnswer = (endpoint: string, path: string, ms: number, cause: unknown): ImdsError =>
  new ImdsError(
    'no-answer',
    `The instance metadata service at ${endpoint} did not answer for ${path} within ${ms} ms.`,
    {
      cause,
    },
  );

export const refused = (endpoint: string, path: string, status: number): ImdsError =>
  new ImdsError(
    'refused',
    `The instance metadata service at ${endpoint} answered ${status} for ${path}; is it switched off for this instance ` +
      `(HttpEndpoint), or is something else listening there?`,
  );

export const notFound = (endpoint: string, path: string): ImdsError =>
  new ImdsError('not-found', `The instance metadata service at ${endpoint} has no ${path}.`);

export const malformed = (endpoint: string, path: string, what: string): ImdsError =>
  new ImdsError(
    'malformed',
    `The instance metadata service at ${endpoint} answered ${what} for ${path}; is something else listening there?`,
  );
