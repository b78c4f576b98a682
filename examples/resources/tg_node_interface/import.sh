# By the node's FQDN and the NIC
terraform import tg_node_interface.lan gateway-a.example.com/eth1

# By the node's UID
terraform import tg_node_interface.lan node_id:5d0fd6e4-0c0c-4f0b-8a52-1f6d2c1f7b11/eth1

# By a cluster's FQDN
terraform import tg_node_interface.lan cluster_fqdn:gateway.example.com/eth1
