import { PeerUnreachable } from '../cluster/link/types';
import { readBytes } from './body';
import type { ClusterApi } from './cluster-api';
import type { Request_ } from './context';

/** Set on the answer to a request that certainly had no effect, as it never left for the peer: another host may be asked. */
export const NOT_FORWARDED_HEADER = 'tg-not-forwarded';

/** Passed on to the peer, and back. */
const REQUEST_HEADERS = ['content-type', 'if-match', 'accept'];
const RESPONSE_HEADERS = ['content-type', 'etag', 'tg-config-version', 'allow'];

/** Hands a request that is addressed to the peer on to it, byte for byte, and its answer back. */
export async function forward(raw: Request, context: Request_, cluster: ClusterApi, fqdn: string): Promise<Response> {
  const url = new URL(raw.url);
  const headers = Object.fromEntries(
    REQUEST_HEADERS.flatMap((name) => {
      const value = raw.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const hasBody = raw.method !== 'GET' && raw.method !== 'DELETE';
  const body = hasBody ? await readBytes(raw) : undefined;
  try {
    const answer = await cluster.request({
      method: raw.method,
      path: url.pathname + url.search,
      headers,
      ...(body === undefined ? {} : { body }),
      timeoutMs: timeoutOf(url),
      signal: raw.signal,
    });
    for (const name of RESPONSE_HEADERS) {
      const value = answer.headers.get(name);
      if (value !== null) context.header(name, value);
    }
    return context.body(await answer.arrayBuffer(), answer.status as 200);
  } catch (error) {
    if (!(error instanceof PeerUnreachable)) throw error;
    if (error.sent) {
      const message = `${fqdn} was asked, and did not answer; whether it did what was asked is open: ${error.message}`;
      return context.json({ message }, 504);
    }
    context.header(NOT_FORWARDED_HEADER, '1');
    return context.json({ message: `${fqdn} cannot be reached from its peer: ${error.message}` }, 503);
  }
}

const ANSWER_MS = 10_000;

/** A request that waits for an outcome takes as much longer. */
const timeoutOf = ({ searchParams }: URL): number => ANSWER_MS + 1000 * (Number(searchParams.get('wait')) || 0);
