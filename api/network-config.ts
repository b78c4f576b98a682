import * as z from 'zod';
import { Interface } from './interface';

/**
 * A node's or a cluster's network config: written whole by `PUT …/config/network`, returned as `config.network`.
 * Keys absent from the body are gone after the PUT. Fields that this product does not act on (tunnels, vrfs, acls …)
 * are kept and returned as they came.
 */
export const NetworkConfig = z
  .strictObject({
    darkMode: z.boolean().optional(),
    forwarding: z.boolean().optional(),
    tunnels: z.array(z.looseObject({})).optional(),
    interfaces: z.array(Interface).optional(),
    vrfs: z.array(z.looseObject({})).optional(),
    acls: z.array(z.looseObject({})).optional(),
    nats: z.array(z.looseObject({})).optional(),
    routes: z.array(z.looseObject({})).optional(),
    rules: z.array(z.looseObject({})).optional(),
  })
  .superRefine((config, context) => {
    const seenNics = new Map<string, number>();
    const seenAddresses = new Map<string, string>();
    for (const [index, { nic, clusterIP }] of (config.interfaces ?? []).entries()) {
      if (seenNics.has(nic)) {
        context.addIssue({
          code: 'custom',
          path: ['interfaces', index, 'nic'],
          message: `${nic} is listed twice; each NIC has one entry`,
        });
      }
      seenNics.set(nic, index);
      if (!clusterIP) continue;
      const other = seenAddresses.get(clusterIP);
      if (other !== undefined) {
        context.addIssue({
          code: 'custom',
          path: ['interfaces', index, 'clusterIP'],
          message: `${clusterIP} is already the cluster IP of ${other}; an address can be held by one NIC only`,
        });
      }
      seenAddresses.set(clusterIP, nic);
    }
  })
  .meta({ id: 'NetworkConfig' });

/** See the schema of the same name. */
export type NetworkConfig = z.infer<typeof NetworkConfig>;
