import { XMLParser } from 'fast-xml-parser';
import type { IncomingHttpHeaders } from 'node:http';
import { isNativeError } from 'node:util/types';
import { items, text, type XmlNode } from './xml-node';

/** An answer of the upstream as it came. */
export interface UpstreamAnswer {
  status: number;
  contentType: string;
  body: Buffer;
}

/** The upstream said no to a call of the proxy's own. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
}

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => name === 'item' });

/** Headers that describe one connection or one body: not passed on. */
const NOT_FORWARDED = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'expect',
]);

/**
 * A LocalStack or moto server. It derives account and region from the access key and the scope of the signature and checks
 * neither, so every call goes there under one name, and all see one account.
 */
export class Upstream {
  constructor(
    private readonly url: string,
    private readonly region: string,
  ) {}

  /** Sends a client's request on, its body byte for byte. */
  async forward(form: string, headers: IncomingHttpHeaders): Promise<UpstreamAnswer> {
    const passed = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined || NOT_FORWARDED.has(name) ? [] : [[name, [value].flat().join(', ')]],
    );
    return this.post(form, { ...Object.fromEntries(passed), authorization: this.authorization('ec2') });
  }

  /** Makes a call of the proxy's own and reads the answer. Rejects with an UpstreamError when it is refused. */
  async call(action: string, fields: Readonly<Record<string, string>> = {}, service = 'ec2'): Promise<XmlNode> {
    const version = service === 'sts' ? '2011-06-15' : '2016-11-15';
    const form = new URLSearchParams({ Action: action, Version: version, ...fields }).toString();
    const answer = await this.post(form, {
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d{3}/g, ''),
      authorization: this.authorization(service),
    });
    const told = answer.body.toString();
    if (answer.status !== 200) throw new UpstreamError(`upstream ${action}: ${answer.status} ${told.slice(0, 500)}`);
    const root = Object.entries(parser.parse(told) as Record<string, XmlNode>).find(([name]) => !name.startsWith('?'));
    if (!root) throw new UpstreamError(`upstream ${action}: the answer is no XML: ${told.slice(0, 500)}`);
    return root[1];
  }

  /** Every item of a Describe's list, over all pages. */
  async list(action: string, set: string, fields: Readonly<Record<string, string>> = {}): Promise<readonly XmlNode[]> {
    const found: XmlNode[] = [];
    let token: string | undefined;
    do {
      const answer: XmlNode = await this.call(action, token === undefined ? fields : { ...fields, NextToken: token });
      found.push(...items(answer, set));
      token = text(answer, 'nextToken');
    } while (token !== undefined);
    return found;
  }

  private authorization(service: string): string {
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    const scope = `test/${day}/${this.region}/${service}/aws4_request`;
    return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
  }

  private async post(form: string, headers: Record<string, string>): Promise<UpstreamAnswer> {
    let response: Response;
    try {
      response = await fetch(this.url, { method: 'POST', headers, body: form, signal: AbortSignal.timeout(60_000) });
    } catch (error) {
      const cause = isNativeError(error) && isNativeError(error.cause) ? error.cause : error;
      const reason = isNativeError(cause) ? cause.message : String(cause);
      throw new UpstreamError(`the upstream ${this.url} does not answer: ${reason}`, { cause: error });
    }
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? 'text/xml',
      body: Buffer.from(await response.arrayBuffer()),
    };
  }
}
