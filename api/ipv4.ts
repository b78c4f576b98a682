/*
 * IPv4 addresses as text, without zod: the provider imports this file on its start path (`@tg/api/ipv4`).
 */

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';

/** Four decimal octets without leading zeros. */
export const DOTTED_QUAD = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** A dotted quad with a prefix length. */
export const DOTTED_QUAD_WITH_PREFIX = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}/(?:[12]?\\d|3[0-2])$`);

/** What is wrong with `text` as an IPv4 address, to be put behind the text; null when nothing is. */
export function ipv4Problem(text: string): string | null {
  if (DOTTED_QUAD.test(text)) return null;
  if (DOTTED_QUAD_WITH_PREFIX.test(text))
    return `has a prefix length; write ${text.slice(0, text.indexOf('/'))}, without it`;
  if (/^[0-9a-f]*:[0-9a-f:.]*$/i.test(text)) return 'is an IPv6 address; only IPv4 is supported here';
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,10}$/.test(octet))) {
    return 'is not an IPv4 address; write four numbers from 0 to 255, such as 10.0.1.50';
  }
  const tooLarge = octets.find((octet) => Number(octet) > 255);
  if (tooLarge !== undefined) return `is not an IPv4 address: ${tooLarge} is larger than 255`;
  return 'has a number with a leading zero, which some programs read as octal; write it without';
}

/** What is wrong with `text` as an IPv4 address with prefix length, to be put behind the text; null when nothing is. */
export function ipv4CidrProblem(text: string): string | null {
  if (DOTTED_QUAD_WITH_PREFIX.test(text)) return null;
  if (DOTTED_QUAD.test(text)) return `lacks its prefix length; write it as in ${text}/24`;
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  if (slash >= 0 && DOTTED_QUAD.test(address)) return 'has a prefix length that is not a number from 0 to 32';
  return `${ipv4Problem(address) ?? 'is not an IPv4 address'}, followed by a prefix length, as in 10.0.1.10/24`;
}

/** Why an IPv4 address can never be a cluster IP in any subnet; null when it can. `address` must be a dotted quad. */
export function unusableAsClusterIp(address: string): string | null {
  const first = Number(address.split('.')[0]);
  if (address === '0.0.0.0') return 'is the unspecified address';
  if (first === 0) return 'is in 0.0.0.0/8, which no host can have';
  if (first === 127) return 'is a loopback address';
  if (first >= 224 && first <= 239) return 'is a multicast address';
  if (address === '255.255.255.255') return 'is the broadcast address';
  if (first >= 240) return 'is in 240.0.0.0/4, which is reserved';
  if (address.startsWith('169.254.')) return 'is a link-local address';
  return null;
}
