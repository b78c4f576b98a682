# By the node's name or its id.
terraform import tg_node_cluster_config.a gw-a.example.com
terraform import tg_node_cluster_config.b node_id:d70e7d73-2a1c-4388-bbb1-08ca2fd39f48
