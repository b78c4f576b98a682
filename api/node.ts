import * as z from 'zod';
import { NetworkConfig } from './network-config';

/** A member's heartbeat settings: `PUT /node/{uid}/config/cluster` and `config.cluster` of a node. */
export const ClusterConfig = z
  .strictObject({
    enabled: z.boolean().optional(),
    host: z.string().optional(),
    port: z.int().min(1).max(65535).optional(),
    statusHost: z.string().optional(),
    statusPort: z.int().min(1).max(65535).optional(),
    master: z.boolean().optional(),
  })
  .meta({ id: 'ClusterConfig' });

/** See the schema of the same name. */
export type ClusterConfig = z.infer<typeof ClusterConfig>;

/** A node as `GET /node/{uid}` and `GET /node/by-fqdn/{fqdn}` return it; `cluster` is the cluster's FQDN, if it is in one. */
export const Node = z
  .looseObject({
    uid: z.string(),
    name: z.string(),
    fqdn: z.string(),
    domain: z.string().optional(),
    cluster: z.string().nullish(),
    state: z.enum(['ACTIVE', 'INACTIVE']),
    online: z.boolean().optional(),
    tags: z.record(z.string(), z.string()).optional(),
    config: z.looseObject({ network: NetworkConfig.optional(), cluster: ClusterConfig.optional() }),
    shadow: z.looseObject({ reported: z.record(z.string(), z.string()).optional() }).optional(),
  })
  .meta({ id: 'Node' });

/** See the schema of the same name. */
export type Node = z.infer<typeof Node>;

/** What `GET /org/mine` returns; clients use it to see that their credentials work. */
export const Organisation = z
  .object({ uid: z.string(), domain: z.string(), name: z.string() })
  .meta({ id: 'Organisation' });

/** See the schema of the same name. */
export type Organisation = z.infer<typeof Organisation>;
