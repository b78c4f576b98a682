import * as z from 'zod';
import { DOTTED_QUAD, DOTTED_QUAD_WITH_PREFIX, unusableAsClusterIp } from './ipv4';

/** An IPv4 address as four decimal octets without leading zeros ("10.0.1.50"), no prefix length. */
export const Ipv4 = z.string().regex(DOTTED_QUAD, 'must be an IPv4 address such as 10.0.1.50, without a prefix length');

/** An IPv4 address with its prefix length ("10.0.1.10/24"). */
export const Ipv4Cidr = z
  .string()
  .regex(DOTTED_QUAD_WITH_PREFIX, 'must be an IPv4 address with its prefix length, such as 10.0.1.10/24');

/** An IPv4 unicast address that a subnet of a VPC could hold. Whether this one does is checked where the subnet is known. */
export const ClusterIp = Ipv4.superRefine((address, context) => {
  const why = unusableAsClusterIp(address);
  if (why !== null)
    context.addIssue({ code: 'custom', message: `${why}; name an unused private address of the subnet` });
});
