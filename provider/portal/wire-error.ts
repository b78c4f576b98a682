/** Why there is no answer. `protocol`: there is one, but not in HTTP or not in UTF-8, or too long. */
export type WireReason = 'unreachable' | 'tls' | 'broken' | 'timeout' | 'protocol' | 'aborted';

/** One request that got no answer. `sent`: the request may have arrived and been executed. */
export class WireError extends Error {
  override readonly name = 'WireError';
  constructor(
    readonly reason: WireReason,
    readonly sent: boolean,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Node's and Bun's names for a certificate that is not trusted: OpenSSL's X509_V_ERR_* without the prefix. */
const CERTIFICATE =
  /^(?:CERT_|CRL_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(?:GET|VERIFY|DECRYPT|DECODE)|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED)/;

/** Whether a system error is about TLS: a certificate not trusted, or the other side not speaking TLS or refusing ours. */
export function isTlsError(error: NodeJS.ErrnoException): boolean {
  const code = error.code ?? '';
  return CERTIFICATE.test(code) || code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS');
}
