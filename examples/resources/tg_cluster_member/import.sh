# By the node's name or its id. The key is not imported.
terraform import tg_cluster_member.a gw-a.example.com
terraform import tg_cluster_member.c node_id:d70e7d73-2a1c-4388-bbb1-08ca2fd39f48
