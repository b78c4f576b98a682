import { createHash } from 'node:crypto';
import type { NetworkConfig } from '@tg/api';

/** A strong entity tag of a config version; the content is part of it, as a restored copy repeats version numbers. */
export function etagOf(version: number, config: NetworkConfig): string {
  const hash = createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16);
  return `"${version}-${hash}"`;
}

/** Whether an `If-Match` header names the tag (strong comparison; `*` names every tag). */
export function ifMatchHolds(header: string, etag: string): boolean {
  if (header.trim() === '*') return true;
  return [...header.matchAll(/(W\/)?("[^"]*")/g)].some(([, weak, tag]) => weak === undefined && tag === etag);
}
