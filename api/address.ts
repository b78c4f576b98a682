import * as z from 'zod';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const DOTTED_QUAD = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const CIDR = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}/(?:[12]?\\d|3[0-2])$`);

/** An IPv4 address as four decimal octets without leading zeros ("10.0.1.50"), no prefix length. */
export const Ipv4 = z.string().regex(DOTTED_QUAD, 'must be an IPv4 address such as 10.0.1.50, without a prefix length');

/** An IPv4 address with its prefix length ("10.0.1.10/24"). */
export const Ipv4Cidr = z.string().regex(CIDR, 'must be an IPv4 address with its prefix length, such as 10.0.1.10/24');

/** Why an IPv4 address can never be a cluster IP in any subnet; null when it can. `address` must be a dotted quad. */
export function unusableAsClusterIp(address: string): string | null {
  const first = Number(address.split('.')[0]);
  if (first === 0) return 'is in 0.0.0.0/8, which no host can have';
  if (first === 127) return 'is a loopback address';
  if (first >= 224 && first <= 239) return 'is a multicast address';
  if (address === '255.255.255.255') return 'is the broadcast address';
  if (first >= 240) return 'is in 240.0.0.0/4, which is reserved';
  if (address.startsWith('169.254.')) return 'is a link-local address';
  return null;
}

/** An IPv4 unicast address that a subnet of a VPC could hold. Whether this one does is checked where the subnet is known. */
export const ClusterIp = Ipv4.superRefine((address, context) => {
  const why = unusableAsClusterIp(address);
  if (why !== null)
    context.addIssue({ code: 'custom', message: `${why}; name an unused private address of the subnet` });
});
