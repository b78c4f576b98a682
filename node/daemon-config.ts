import * as z from 'zod';
import { Ipv4, Ipv4Cidr, NicName } from '@tg/api';
import { ClusterSection, Fqdn } from './cluster-section';

const LOOPBACK_HOSTS = new Set(['127.0.0.1', '::1', 'localhost']);

const Port = z.int().min(0).max(65535);
const Url = z.url({ protocol: /^https?$/, error: 'must be a URL such as http://127.0.0.1:4566' });

const Listen = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    /** 0: any free port; the ready line says which. */
    port: Port.default(8443),
    tls: z.strictObject({ cert_file: z.string().min(1), key_file: z.string().min(1) }).optional(),
    /** HTTP without TLS; on a loopback host only. */
    plain: z.boolean().default(false),
  })
  .superRefine((listen, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (listen.plain && listen.tls) issue('plain', 'excludes tls; keep one of the two');
    if (!listen.plain && !listen.tls) {
      issue(
        'tls',
        'is missing: name cert_file and key_file (tg-node init makes them), or set plain: true on a loopback host',
      );
    }
    if (listen.plain && !LOOPBACK_HOSTS.has(listen.host)) {
      issue(
        'plain',
        `is for loopback hosts only (127.0.0.1, ::1, localhost), not ${listen.host}; tokens would travel in clear`,
      );
    }
  });

const Token = z.strictObject({
  id: z.string().regex(/^[^\s:]+$/, 'must be a name without blanks and colons'),
  secret_sha256: z.string().regex(/^[0-9a-f]{64}$/i, 'must be the SHA-256 of the secret, 64 hexadecimal digits'),
});

/** What is known of a NIC without asking the instance metadata; each field replaces what IMDS would say. */
const NicOverride = z.strictObject({
  eni: z
    .string()
    .regex(/^eni-[0-9a-f]+$/, 'must be an ENI id such as eni-0123456789abcdef0')
    .optional(),
  mac: z
    .string()
    .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i, 'must be a MAC address such as 02:00:00:00:00:01')
    .optional(),
  subnet: z
    .string()
    .regex(/^subnet-[0-9a-f]+$/, 'must be a subnet id such as subnet-0123456789abcdef0')
    .optional(),
  subnet_cidr: Ipv4Cidr.optional(),
  primary: Ipv4.optional(),
  /** True: a missing link of this NIC does not make the node unhealthy. */
  ignore_link: z.boolean().optional(),
});

/** See the schema of the same name. */
export type NicOverride = z.infer<typeof NicOverride>;

/** `node.yaml`: everything the daemon needs to know before it asks anybody. Unknown keys are refused. */
export const DaemonConfig = z.strictObject({
  /** Made once by `tg-node init`; names the node in the API. */
  uid: z
    .string()
    .regex(
      /^[0-9a-zA-Z][0-9a-zA-Z-]{0,63}$/,
      'must be letters, digits and dashes, at most 64 (tg-node init makes one)',
    ),
  fqdn: Fqdn('gw-a.example.com'),
  /** Holds the config, the ledger, the lock and the local administration socket; mode 0700. */
  data_dir: z.string().min(1),
  listen: Listen.prefault({}),
  tokens: z.array(Token).min(1, 'needs at least one token (tg-node init makes one)'),
  nics: z.record(NicName, NicOverride).default({}),
  aws: z
    .strictObject({
      region: z.string().min(1).optional(),
      ec2_endpoint: Url.optional(),
      imds_endpoint: Url.optional(),
    })
    .default({}),
  os: z
    .strictObject({
      mode: z.enum(['iproute2', 'dry-run']).default('iproute2'),
      /** The network namespace the NICs live in: `/run/netns/NAME` or `/proc/PID/ns/net`. */
      netns: z.string().startsWith('/', 'must be the path of a network namespace, such as /run/netns/lab').optional(),
      /** Start even where networkd, NetworkManager or ec2-net-utils would re-bind or remove the cluster IP. */
      ignore_second_actor: z.boolean().default(false),
      /** LAN hosts use the cluster IP as their next hop: forwarding and the source/destination check are looked at. */
      routes: z.boolean().default(true),
      /** Drop what arrives for a cluster IP that is not bound here, instead of sending it back into the VPC. */
      forward_guard: z.boolean().default(true),
    })
    .prefault({}),
  /** The cluster this node is in; absent: none, until the API puts it into one. */
  cluster: ClusterSection.optional(),
  /** What `GET /org/mine` names; a client that was told an organisation id compares. The node's own uid by default. */
  org: z.strictObject({ uid: z.string().min(1), name: z.string().min(1).optional() }).optional(),
  /** What SIGTERM does with the address: `release` it (ENI and NIC), or `keep` it on the ENI. */
  on_stop: z.enum(['release', 'keep']).default('release'),
  log_level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** See the schema of the same name. */
export type DaemonConfig = z.infer<typeof DaemonConfig>;
