# By the node's name, its id, or the cluster's name, and the NIC.
terraform import tg_node_interface.lan gw-a.example.com/eth1
terraform import tg_node_interface.wan node_id:d70e7d73-2a1c-4388-bbb1-08ca2fd39f48/ens192
terraform import tg_node_interface.pair cluster_fqdn:gateways.example.com/eth1
