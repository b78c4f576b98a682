/** The gRPC status codes this host answers with. */
export const Status = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
} as const;

export type Status = (typeof Status)[keyof typeof Status];

/** A call that ends in a gRPC error. Terraform shows it as a fault of the plugin. */
export class GrpcError extends Error {
  override name = 'GrpcError';

  constructor(
    readonly status: Status,
    message: string,
  ) {
    super(message);
  }
}

/** A client reads headers of some KiB only; a sentence is enough. */
const MAX_MESSAGE = 4096;

/** A message as gRPC writes it into a header: printable ASCII, all else and `%` percent-encoded bytes of UTF-8. */
export function encodeStatusMessage(message: string): string {
  let encoded = '';
  for (const byte of Buffer.from(message.slice(0, MAX_MESSAGE))) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
