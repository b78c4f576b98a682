/** A dotted quad as an unsigned 32-bit number. The caller has checked its form. */
export function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** The dotted quad of an unsigned 32-bit number. */
export function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** First and last address of a CIDR such as `10.0.1.0/24`; host bits in it are ignored. */
export function range(cidr: string): { first: number; last: number } {
  const [base = '', length = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(toNumber(base) / size) * size;
  return { first, last: first + size - 1 };
}

export function contains(cidr: string, address: string): boolean {
  const { first, last } = range(cidr);
  const value = toNumber(address);
  return value >= first && value <= last;
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** Whether the address is one of RFC 1918 or RFC 6598, which are never routed on the internet. */
export function isPrivate(address: string): boolean {
  return PRIVATE.some((block) => contains(block, address));
}
