import * as z from 'zod';

/** Where members take heartbeats unless told otherwise. */
export const HEARTBEAT_PORT = 9000;
/** Takes heartbeats at every address of the node. */
export const ANY_HOST = '0.0.0.0';

const HOST_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/** The full name of a node or a cluster. */
export const Fqdn = (example: string) => z.string().max(253).regex(HOST_NAME, `must be a host name such as ${example}`);

const Host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[0-9a-z.:_-]+$/i, 'must be an address or a host name, without a port');
const Port = z.int().min(1).max(65535);
const Path = z.string().min(1);

/** True for the addresses that mean every address of a node, at which nobody can be reached. */
export const isAnyHost = (host: string): boolean => host === ANY_HOST || host === '::';

/** A heartbeat endpoint as a person writes it. */
export const PeerEndpoint = z.strictObject({
  host: Host.refine((host) => !isAnyHost(host), 'is no address of one node; name the other member by its address'),
  port: Port.default(HEARTBEAT_PORT),
});

/** `cluster` of node.yaml: the cluster this node is in from the start. What the API is told later (membership.json) wins. */
export const ClusterSection = z
  .strictObject({
    fqdn: Fqdn('gw.example.com'),
    /** A file with the key that both members have; `tg-node init --cluster` makes one. */
    key_file: Path.optional(),
    /** Certificates in place of the key: each member its own, one authority for both. */
    tls: z.strictObject({ cert_file: Path, key_file: Path, ca_file: Path }).optional(),
    listen: z.strictObject({ host: Host.default(ANY_HOST), port: Port.default(HEARTBEAT_PORT) }).prefault({}),
    /** The other member; one of the two has to know the other. */
    peer: PeerEndpoint.optional(),
  })
  .superRefine(({ key_file, tls, listen, peer }, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (key_file !== undefined && tls !== undefined) issue('tls', 'excludes key_file; keep one of the two');
    if (key_file === undefined && tls === undefined) {
      issue(
        'key_file',
        'is missing: name the file with the cluster key (tg-node init --cluster makes one), or name certificates under tls',
      );
    }
    if (peer?.host === listen.host && peer.port === listen.port) {
      issue('peer', `is ${peer.host}:${peer.port}, which is this node itself (cluster.listen); name the other member`);
    }
  });

/** See the schema of the same name. */
export type ClusterSection = z.infer<typeof ClusterSection>;
