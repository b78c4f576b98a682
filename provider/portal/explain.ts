import type { PortalErrorKind } from './portal-error';
import { PortalError, abortedError } from './portal-error';
import { oneLine } from './redact';
import { retryAfterMs } from './retry';
import type { WireAnswer, WireRequest } from './transport';
import type { WireError } from './wire-error';

/** Who was asked for what, for sentences. */
interface Asked {
  readonly method: WireRequest['method'];
  readonly url: URL;
  /** Whether it would have changed something. */
  readonly writes: boolean;
}

/** A failed request in words for the user. `blot` takes secrets out of text that came from elsewhere. */
export function explainWireError(
  error: WireError,
  asked: Asked,
  signal: AbortSignal,
  blot: (t: string) => string,
): PortalError {
  const { host } = asked.url;
  const detail = blot(oneLine(error.message));
  const because = { cause: error };
  switch (error.reason) {
    case 'aborted': {
      const aborted = abortedError(signal);
      if (!error.sent || !asked.writes) return aborted;
      return new PortalError(
        'unknown-outcome',
        `${aborted.message}; the write had been sent to ${host} by then, so it may have been executed.`,
        [],
        because,
      );
    }
    case 'unreachable':
      return new PortalError(
        'unreachable',
        `${host} cannot be reached (${detail}). Check that the service runs there, that api_host names the right host and port, and ` +
          'that no firewall or security group is in between. Nothing was sent.',
        [],
        because,
      );
    case 'tls':
      return new PortalError('tls', tlsSentence(error, host, detail), [], because);
    case 'broken':
    case 'timeout':
      return asked.writes
        ? new PortalError(
            'unknown-outcome',
            `${host} took the write, but its answer never came (${detail}): whether it was executed is not known.`,
            [],
            because,
          )
        : new PortalError('server', `${host} did not answer ${describe(asked)} (${detail}).`, [], because);
    case 'protocol':
      return new PortalError(
        'protocol',
        `${host} did not answer as a config API does: ${detail}. Check api_host.`,
        [],
        because,
      );
  }
}

function tlsSentence(error: WireError, host: string, detail: string): string {
  if (error.code.includes('ALERT') && error.code.includes('CERTIFICATE')) {
    return `${host} wants a client certificate that it trusts (${detail}). Set tls.cert_file and tls.key_file (or tls.cert_pem and tls.key_pem).`;
  }
  if (error.code === 'ERR_TLS_CERT_ALTNAME_INVALID' || error.code === 'HOSTNAME_MISMATCH') {
    return (
      `The TLS certificate of ${host} is for another name (${detail}). Use the name that it was made for in api_host, ` +
      'or set tls.server_name to it. Nothing was sent.'
    );
  }
  if (error.code === 'CERT_HAS_EXPIRED') {
    return `The TLS certificate of ${host} has expired. Renew it there. Nothing was sent.`;
  }
  if (error.code === 'EPROTO' || error.code.startsWith('ERR_SSL')) {
    return `${host} answered, but not in TLS as it should (${detail}). Check the port in api_host. Nothing was sent.`;
  }
  return (
    `The TLS certificate of ${host} is not trusted (${detail}). Set tls.ca_file (or tls.ca_pem) to the certificate that signed it; ` +
    'of a tg-node daemon that is the certificate which `tg-node init` made. Nothing was sent.'
  );
}

/** An answer with a status other than 200 in words for the user. */
export function explainStatus(answer: WireAnswer, asked: Asked, now: number, blot: (t: string) => string): PortalError {
  const { host } = asked.url;
  const { status } = answer;
  const sentences = sentencesOf(answer.body).map((s) => blot(oneLine(s)));
  const said = sentences.length > 0 ? `: ${sentences.join('; ')}` : '';
  const error = (kind: PortalErrorKind, message: string): PortalError =>
    new PortalError(kind, message, sentences, {
      status,
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], now),
    });
  switch (status) {
    case 401:
      return error(
        'credentials',
        `${host} does not accept the credentials (401${said}). Check api_key_id and api_key_secret (or api_jwt), and the environment ` +
          'variables TG_API_KEY_ID, TG_API_KEY_SECRET and TG_JWT.',
      );
    case 403:
      return error(
        'forbidden',
        `The credentials are valid at ${host}, but do not allow ${describe(asked)} (403${said}).`,
      );
    case 404:
      // A gateway without a backend, or a wrong host, answers 404 too: nothing may be taken for gone because of it.
      if (!isJsonDocument(answer.body)) {
        return error(
          'protocol',
          `${host} did not answer as a config API does: ${describe(asked)} got status 404 without a JSON body. Check api_host.`,
        );
      }
      return error('not-found', `${host} knows no ${asked.url.pathname} (404${said}).`);
    case 412:
      return error('changed', `The configuration at ${host} changed since it was read (412).`);
    case 413:
      return error('too-large', `${host} does not take a configuration of this size (413${said}). Nothing was stored.`);
    case 422:
      return error(
        'refused',
        sentences.length > 0 ? sentences.join('\n') : `${host} refused the configuration (422) without saying why.`,
      );
    default:
      break;
  }
  if (status >= 300 && status < 400) {
    return error(
      'server',
      `${host} answered ${describe(asked)} with a redirection (${status}), which is not followed. Name the right host in api_host.`,
    );
  }
  if (status === 503 && answer.headers[NOT_FORWARDED] !== undefined) {
    return error(
      'unreachable',
      `${host} could not pass ${describe(asked)} on to the other member of its cluster${said}. Nothing was changed.`,
    );
  }
  if (asked.writes && status >= 500) {
    return error(
      'unknown-outcome',
      `${host} answered the write with status ${status}${said}: whether it was executed is not known.`,
    );
  }
  if (status >= 200 && status < 300) {
    return error(
      'protocol',
      `${host} answered ${describe(asked)} with status ${status}, but success is 200 in this API. Check api_host.`,
    );
  }
  return error('server', `${host} answered ${describe(asked)} with status ${status}${said}.`);
}

/** Ours: a member says that the request was for its peer, and that it did not get there. */
const NOT_FORWARDED = 'tg-not-forwarded';

const describe = (asked: Asked): string => `${asked.method} ${asked.url.pathname}`;

function isJsonDocument(body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** The sentences of an error body: a JSON array of strings, or `{"message": …}`. Anything else (an HTML page) says nothing. */
function sentencesOf(body: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return [];
  }
  if (Array.isArray(value)) return value.filter((s): s is string => typeof s === 'string' && s.trim() !== '');
  if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string')
    return [value.message];
  return [];
}
