# By the cluster's FQDN; with node_fqdns, the nodes behind an @.
terraform import tg_cluster.gateways gateways.example.com
terraform import tg_cluster.branch branch.example.com@gw-c.example.com,gw-d.example.com
