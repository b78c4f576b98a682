import {
  to = tg_node_cluster_config.a
  id = "gw-a.example.com"
}
