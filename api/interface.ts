import * as z from 'zod';
import { ClusterIp, Ipv4, Ipv4Cidr } from './address';

/** A network interface's name as the operating system has it: at most 15 characters, no slash, blank or colon. */
export const NicName = z
  .string()
  .regex(/^[^\s/:]{1,15}$/, 'must be the name of a network interface, such as eth1 (at most 15 characters)');

/** A static route of an interface: destination CIDR and next hop. */
export const InterfaceRoute = z.strictObject({
  route: z.string(),
  description: z.string().optional(),
  next: z.string().optional(),
});

/** A route written into the cloud's route tables instead of the node's own. */
export const CloudRoute = z.strictObject({ route: z.string(), description: z.string().optional() });

/** A VLAN on an interface. */
export const SubInterface = z.strictObject({
  vlanID: z.int().min(1).max(4094),
  ip: Ipv4Cidr.optional(),
  description: z.string().optional(),
  vrf: z.string().optional(),
  addIps: z.array(Ipv4Cidr).optional(),
  routes: z.array(InterfaceRoute).optional(),
});

/**
 * One entry of `config.network.interfaces`, in the portal's spelling. Absent, empty string, empty array, 0 and false
 * mean the same thing ("not set"), because the portal's own client never sends them.
 * Source: facts of the portal REST API (names and limits).
 */
export const Interface = z
  .strictObject({
    nic: NicName,
    clusterIP: z.union([z.literal(''), ClusterIp]).optional(),
    ip: z.union([z.literal(''), Ipv4Cidr]).optional(),
    dhcp: z.boolean().optional(),
    gateway: z.union([z.literal(''), Ipv4]).optional(),
    vrf: z.string().optional(),
    dns: z.array(Ipv4).optional(),
    mode: z.enum(['', 'auto', 'manual']).optional(),
    duplex: z.enum(['', 'full', 'half']).optional(),
    speed: z.int().min(0).optional(),
    mtu: z.union([z.literal(0), z.int().min(1300).max(9001)]).optional(),
    routes: z.array(InterfaceRoute).optional(),
    cloudRoutes: z.array(CloudRoute).optional(),
    clusterRoutes: z.array(z.unknown()).optional(),
    clusterRouteTables: z.array(z.string()).optional(),
    subInterfaces: z.array(SubInterface).optional(),
    description: z.string().optional(),
    dhcpPool: z.unknown().optional(),
    virtual: z.boolean().optional(),
    subnet: z.string().optional(),
    bridgeCIDR: z.string().optional(),
  })
  .meta({ id: 'Interface' });

/** See the schema of the same name. */
export type Interface = z.infer<typeof Interface>;
