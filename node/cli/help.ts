import { FIELD_NAMES } from './assignments';
import { DEFAULT_CONFIG } from './load-config';

/** Help by command; '' is the general one. */
export const HELP: Readonly<Record<string, string>> = {
  '': `tg-node: keeps a cluster IP on this node's ENI and NIC

Usage: tg-node COMMAND [options]

  init      make node.yaml, an API key, a certificate, and drop-ins for systemd-networkd
  run       serve the config API and keep the addresses in place, until SIGTERM
  status    what is wanted, seen and wrong
  config    get or set the network config of this node, whether or not the daemon runs

  --help with a command says more; --version prints the version.
Exit codes: 0 done, 1 failed, 2 called wrongly, 3 the daemon does not run (status).
`,
  run: `Usage: tg-node run [--config FILE] [--ignore-second-actor]

Serves until SIGTERM or SIGINT, then releases the address or keeps it, as on_stop says; a second signal ends it at once.
Prints "tg-node ready URL pid N" on stdout when it serves, and logs JSON lines on stderr. Needs CAP_NET_ADMIN.

  --config FILE           default ${DEFAULT_CONFIG}
  --ignore-second-actor   start also where networkd, NetworkManager or ec2-net-utils would fight over the address
`,
  status: `Usage: tg-node status [--config FILE] [--json]

Exit code 3 says that the daemon does not run.
`,
  config: `Usage: tg-node config get [NIC] [--config FILE]
       tg-node config set NIC FIELD=VALUE... [--config FILE]

Through the daemon when it runs, else in its file, which it applies when it starts.
An empty value removes the field: tg-node config set eth1 clusterIP=
Fields: ${FIELD_NAMES.join(', ')} (dns: comma-separated).
`,
  init: `Usage: tg-node init [--dir DIR] [--fqdn NAME] [options]

  --dir DIR            where node.yaml, certificate and key go; default /etc/tg-node
  --fqdn NAME          the node's name in Terraform (node_fqdn); default: the host's name
  --nic NIC            the NIC of the cluster IP; finds the programs that would fight over it (may be repeated)
  --data-dir DIR       default /var/lib/tg-node with --dir /etc/tg-node, else DIR/data
  --host ADDRESS       where the API listens; default 127.0.0.1
  --port PORT          default 8443
  --drop-in-dir DIR    where the drop-ins are written, as below /; default DIR/drop-ins
`,
};
