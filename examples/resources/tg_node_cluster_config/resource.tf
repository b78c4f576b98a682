resource "tg_node_cluster_config" "a" {
  node_fqdn = "gw-a.example.com"
  host      = "10.0.1.10"

  # A load balancer asks here whether this member is the active one.
  status_host = "10.0.1.10"
  status_port = 8080
}

resource "tg_node_cluster_config" "b" {
  node_id = "d70e7d73-2a1c-4388-bbb1-08ca2fd39f48"
  host    = "10.0.1.11"
  port    = 9100
  enabled = true
}
