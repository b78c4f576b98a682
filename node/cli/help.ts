import { HEARTBEAT_PORT } from '../cluster-section';
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
  join      put this node into the cluster that init --cluster began on the other one; leave takes it out
  failover  make the other member hold the cluster's addresses, and wait until it does
  doctor    check what failover depends on, changing nothing
  conflicts what two members wrote while they were apart, and which value gave way

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
  --cluster NAME       begins a cluster: makes its key and prints the command that joins the other machine. NAME gets the
                       node's domain unless it has one. With a node.yaml that there is already, only this is done
  --heartbeat-host IP  where this node takes the other member's heartbeats; default: every address
  --heartbeat-port N   default ${HEARTBEAT_PORT}
`,
  join: `Usage: tg-node join --cluster FQDN --peer HOST[:PORT] --key KEY [--config FILE]

Puts this node into a cluster: through the daemon when it runs, else in node.yaml for its next start. One of the two
members has to know the other's address; both need the same key.

  --cluster FQDN    the cluster, as init --cluster printed it; default: the one in node.yaml
  --peer HOST:PORT  where the other member takes heartbeats; port ${HEARTBEAT_PORT} unless named
  --key KEY         the cluster key; --key-file FILE keeps it out of the process list and the shell's history
`,
  leave: `Usage: tg-node leave [--config FILE]

Takes this node out of its cluster. The active member hands the addresses over to the other one first.
`,
  failover: `Usage: tg-node failover [--to UID|FQDN] [--wait SECONDS] [--config FILE]

Makes the other member (or the one named) the configured active one and waits until it holds the addresses. Under
autoFailback it keeps them from then on; fail over again to give them back.
Exit code 0: it holds them; 1: it cannot or did not, with the reason; 3: the daemon does not run here.

  --wait SECONDS    default 60
`,
  doctor: `Usage: tg-node doctor [--config FILE]

Checks the daemon, the cluster key, NICs and ENIs, EC2, the other member's heartbeat port, programs that would fight over
the address, forwarding and source/destination check, and the clock. Changes nothing. Exit code 1: a check failed.
`,
  conflicts: `Usage: tg-node conflicts [--config FILE]
       tg-node conflicts clear ID [--config FILE]

Lists writes that gave way to others which the members took while they were apart; clear takes one off the list.
`,
};
