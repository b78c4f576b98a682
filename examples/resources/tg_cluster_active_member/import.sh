# By the cluster's FQDN, a slash, and the configured active member: its name or its id.
terraform import tg_cluster_active_member.gateways gateways.example.com/gw-a.example.com
terraform import tg_cluster_active_member.branch branch.example.com/node_id:d70e7d73-2a1c-4388-bbb1-08ca2fd39f48
