import { refuse } from './refusal';

/** A page and, unless it is the last, the way to the next. */
export interface Page<T> {
  items: readonly T[];
  nextToken?: string;
}

/**
 * Cuts a Describe into pages the way EC2 does: a page is so many resources *looked at*, of which the filters leave some,
 * or none. So short and even empty pages with a next token are normal, and only its absence means the end. EC2 was seen
 * to look at fewer than MaxResults; here it is half. Without MaxResults there is one page.
 *
 * @param all every resource, in a stable order
 * @param passes whether the filters let a resource through
 * @param keyOf a resource's id; the token names the last one looked at, so that deletions between pages skip nobody
 */
export function page<T>(
  all: readonly T[],
  passes: (resource: T) => boolean,
  keyOf: (resource: T) => string,
  request: { maxResults?: number; nextToken?: string },
): Page<T> {
  const { maxResults, nextToken } = request;
  if (maxResults !== undefined && (maxResults < 5 || maxResults > 1000)) throw refuse.maxResults(maxResults);
  const ordered = [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const after = nextToken === undefined ? '' : decodeToken(nextToken);
  const rest = ordered.filter((resource) => keyOf(resource) > after);
  if (maxResults === undefined) return { items: rest.filter(passes) };
  const window = rest.slice(0, Math.ceil(maxResults / 2));
  const last = window.at(-1);
  const items = window.filter(passes);
  return last !== undefined && window.length < rest.length ? { items, nextToken: encodeToken(keyOf(last)) } : { items };
}

const MARK = 'after:';

function encodeToken(key: string): string {
  return Buffer.from(`${MARK}${key}`).toString('base64');
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith(MARK)) throw refuse.nextToken();
  return text.slice(MARK.length);
}
