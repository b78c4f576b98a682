variable "cluster_key" {
  description = "The secret that both members share."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# Two tg-node daemons: one of them has to know where the other one takes heartbeats.
resource "tg_cluster_member" "a" {
  cluster_fqdn = "gateways.example.com"
  node_fqdn    = "gw-a.example.com"
  cluster_key  = var.cluster_key
}

resource "tg_cluster_member" "b" {
  cluster_fqdn = "gateways.example.com"
  node_fqdn    = "gw-b.example.com"
  cluster_key  = var.cluster_key
  peer_host    = "10.0.1.10"
}

# Nodes of the Trustgrid portal.
resource "tg_cluster_member" "c" {
  cluster_fqdn = "branch.example.com"
  node_id      = "d70e7d73-2a1c-4388-bbb1-08ca2fd39f48"
}
