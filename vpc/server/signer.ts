import type { IncomingHttpHeaders } from 'node:http';

/** Whose credentials a request names, and the region it was signed for. Signatures are not checked. */
export interface Signer {
  accessKeyId: string | undefined;
  region: string | undefined;
  token: string | undefined;
}

/** Reads the `Authorization` header, or the query fields of a presigned request. */
export function signerOf(headers: IncomingHttpHeaders, query: URLSearchParams): Signer {
  const scope = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential') ?? '';
  const [accessKeyId, , region] = scope.split('/');
  const header = headers['x-amz-security-token'];
  const token = (Array.isArray(header) ? header[0] : header) ?? query.get('X-Amz-Security-Token') ?? undefined;
  return { accessKeyId: accessKeyId === '' ? undefined : accessKeyId, region, token };
}
