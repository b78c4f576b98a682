# A pair out of two fresh daemons, by Terraform alone.
locals {
  gateways = {
    a = { fqdn = "gw-a.example.com", host = "10.0.1.10", peer = "10.0.1.11" }
    b = { fqdn = "gw-b.example.com", host = "10.0.1.11", peer = "10.0.1.10" }
  }
}

variable "cluster_key" {
  description = "The secret that both members share."
  type        = string
  sensitive   = true
  ephemeral   = true
}

resource "tg_node_cluster_config" "gateway" {
  for_each  = local.gateways
  node_fqdn = each.value.fqdn
  host      = each.value.host
}

resource "tg_cluster_member" "gateway" {
  for_each     = local.gateways
  cluster_fqdn = tg_cluster.gateways.fqdn
  node_fqdn    = tg_node_cluster_config.gateway[each.key].node_fqdn
  peer_host    = each.value.peer
  cluster_key  = var.cluster_key
}

resource "tg_cluster_active_member" "gateways" {
  cluster_fqdn = tg_cluster.gateways.fqdn
  node_fqdn    = tg_cluster_member.gateway["a"].node_fqdn
  depends_on   = [tg_cluster_member.gateway]
}

resource "tg_node_interface" "lan" {
  cluster_fqdn = tg_cluster.gateways.fqdn
  nic          = "eth1"
  cluster_ip   = "10.0.1.50"
  depends_on   = [tg_cluster_member.gateway]
}
