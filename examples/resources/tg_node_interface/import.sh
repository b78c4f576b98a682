# By the node's FQDN and the NIC. A node's UID works too, and a cluster's FQDN after "cluster:".
terraform import tg_node_interface.lan gateway-a.example.com/eth1
