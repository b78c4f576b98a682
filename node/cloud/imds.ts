import { request } from 'node:http';
import type { ImdsError } from './imds-error';
import { hopLimit, malformed, noAnswer, notFound, refused, unreachable } from './imds-error';

const DEFAULT_ENDPOINT = 'http://169.254.169.254';
const TOKEN_PATH = '/latest/api/token';
const TOKEN_SECONDS = 21_600;
/** A token this close to its end is replaced, lest it end on the way. */
const TOKEN_MARGIN_MS = 60_000;
/** An answer longer than this cannot be instance metadata. */
const MAX_BODY = 64 * 1024;

/** The instance metadata service, version 2. Every method rejects with an {@link ImdsError}. */
export interface Imds {
  readonly endpoint: string;
  /** The text at `latest/meta-data/{path}`. */
  get(path: string): Promise<string>;
}

/** Options of {@link connectImds}. */
export interface ImdsOptions {
  /** Default `http://169.254.169.254`. */
  endpoint?: string | undefined;
  /** Of each request; each is made twice at most. Default 300. */
  timeoutMs?: number;
  /** Milliseconds on any steady clock. */
  now?: () => number;
}

interface Answer {
  status: number;
  body: string;
}

/** Makes a client of the instance metadata service. Nothing is asked before the first `get`. */
export function connectImds({
  endpoint: given = DEFAULT_ENDPOINT,
  timeoutMs = 300,
  now = () => performance.now(),
}: ImdsOptions = {}): Imds {
  const endpoint = given.replace(/\/+$/, '');
  let token: { text: string; until: number } | null = null;
  let fetching: Promise<string> | null = null;

  async function fetchToken(): Promise<string> {
    const asked = now();
    const headers = { 'X-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_SECONDS) };
    const { status, body } = await twice(() => ask(endpoint, 'PUT', TOKEN_PATH, headers, timeoutMs));
    if (status !== 200) throw refused(endpoint, TOKEN_PATH, status);
    if (!/^[\x21-\x7e]+$/.test(body)) throw malformed(endpoint, TOKEN_PATH, 'no token');
    token = { text: body, until: asked + TOKEN_SECONDS * 1000 - TOKEN_MARGIN_MS };
    return body;
  }

  function currentToken(): Promise<string> {
    if (token !== null && now() < token.until) return Promise.resolve(token.text);
    fetching ??= fetchToken().finally(() => {
      fetching = null;
    });
    return fetching;
  }

  async function read(path: string): Promise<Answer> {
    const headers = { 'X-aws-ec2-metadata-token': await currentToken() };
    return twice(() => ask(endpoint, 'GET', path, headers, timeoutMs));
  }

  return {
    endpoint,
    async get(item) {
      const path = `/latest/meta-data/${item}`;
      let answer = await read(path);
      if (answer.status === 401) {
        // The service forgets tokens when the instance is moved or restarted.
        token = null;
        answer = await read(path);
      }
      if (answer.status === 404) throw notFound(endpoint, path);
      if (answer.status !== 200) throw refused(endpoint, path, answer.status);
      return answer.body.trim();
    },
  };
}

/** A lost packet must not look like a missing service. */
async function twice(attempt: () => Promise<Answer>): Promise<Answer> {
  try {
    return await attempt();
  } catch {
    return attempt();
  }
}

function ask(
  endpoint: string,
  method: 'GET' | 'PUT',
  path: string,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let connected = false;
    const sent = request(`${endpoint}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > MAX_BODY) fail(malformed(endpoint, path, `more than ${MAX_BODY} bytes`));
      });
      response.on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
      });
      response.on('error', (cause) => {
        fail(noAnswer(endpoint, path, timeoutMs, cause));
      });
    });
    const fail = (error: ImdsError): void => {
      clearTimeout(timer);
      sent.destroy();
      reject(error);
    };
    const timer = setTimeout(() => {
      const cause = new Error(`no answer within ${timeoutMs} ms`);
      if (!connected) fail(unreachable(endpoint, cause.message, cause));
      else fail(method === 'PUT' ? hopLimit(endpoint, timeoutMs, cause) : noAnswer(endpoint, path, timeoutMs, cause));
    }, timeoutMs);
    sent.on('socket', (socket) => socket.once('connect', () => (connected = true)));
    sent.on('error', (cause: NodeJS.ErrnoException) => {
      fail(unreachable(endpoint, cause.code ?? cause.message, cause));
    });
    sent.end();
  });
}
