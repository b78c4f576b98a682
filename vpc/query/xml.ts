/** What a response body holds: arrays become `<item>` lists, undefined members are left out. */
export type Xml = string | number | boolean | XmlObject | readonly Xml[] | undefined;
export interface XmlObject {
  readonly [name: string]: Xml;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

function element(name: string, value: Xml): string {
  if (value === undefined) return '';
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: Xml): string {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escape(String(value));
  if (isList(value)) return value.map((item) => element('item', item)).join('');
  return Object.entries(value)
    .map(([name, member]) => element(name, member))
    .join('');
}

function isList(value: XmlObject | readonly Xml[]): value is readonly Xml[] {
  return Array.isArray(value);
}

const HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The body of a successful EC2 answer. */
export function renderEc2(action: string, requestId: string, body: XmlObject): string {
  const inner = content({ requestId, ...body });
  return `${HEADER}<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${inner}</${action}Response>`;
}

/** The body of a successful STS answer. */
export function renderSts(action: string, requestId: string, result: XmlObject): string {
  const inner = content({ [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } });
  return `${HEADER}<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${inner}</${action}Response>`;
}

/** The body of a refusal. EC2 puts no namespace on it. */
export function renderError(requestId: string, code: string, message: string): string {
  const inner = content({ Errors: { Error: { Code: code, Message: message } }, RequestID: requestId });
  return `${HEADER}<Response>${inner}</Response>`;
}
