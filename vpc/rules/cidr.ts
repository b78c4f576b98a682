import ipaddr from 'ipaddr.js';

/** An IPv4 block as numbers: `first` is its network address, `last` its broadcast address. */
export interface Block {
  first: number;
  last: number;
  prefixLength: number;
}

/** The address as a number; null unless it is four decimal parts without leading zeros. */
export function parseAddress(text: string): number | null {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return null;
  return ipaddr.IPv4.parse(text).octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** The block as numbers; null when it is no IPv4 CIDR or has host bits set. */
export function parseBlock(cidr: string): Block | null {
  const [address, length, ...rest] = cidr.split('/');
  const first = parseAddress(address ?? '');
  if (first === null || rest.length > 0 || !/^(0|[1-9]\d?)$/.test(length ?? '')) return null;
  const prefixLength = Number(length);
  if (prefixLength > 32) return null;
  const size = 2 ** (32 - prefixLength);
  return first % size === 0 ? { first, last: first + size - 1, prefixLength } : null;
}

export function contains(block: Block, address: number): boolean {
  return block.first <= address && address <= block.last;
}

/** Whether two blocks share an address. */
export function overlap(a: Block, b: Block): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** AWS keeps the first four addresses of a subnet and the last. */
export function isReserved(block: Block, address: number): boolean {
  return address < block.first + 4 || address === block.last;
}
