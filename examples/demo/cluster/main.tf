# Two gateways that share one address. They take heartbeats from each other on this machine's loopback, at ports of their own.
terraform {
  required_version = ">= 1.11" # for the write-only cluster_key

  required_providers {
    tg = {
      source = "trustgrid/tg"
    }
  }
}

variable "api_hosts" {
  description = "Where the daemons' APIs are."
  type        = list(string)
}

variable "heartbeat_ports" {
  description = "Where each gateway takes heartbeats, by its FQDN."
  type        = map(number)
}

variable "cluster_key" {
  description = "The secret that both members share."
  type        = string
  sensitive   = true
  ephemeral   = true
}

provider "tg" {
  api_hosts = var.api_hosts
}

locals {
  first  = "gw-a.example.com"
  second = "gw-b.example.com"
  peers  = { (local.first) = local.second, (local.second) = local.first }
}

resource "tg_cluster" "gateways" {
  name    = "gateways"
  timeout = 3 # seconds of silence until the standby takes over
}

resource "tg_node_cluster_config" "gateway" {
  for_each  = local.peers
  node_fqdn = each.key
  host      = "127.0.0.1"
  port      = var.heartbeat_ports[each.key]
}

resource "tg_cluster_member" "gateway" {
  for_each     = local.peers
  cluster_fqdn = tg_cluster.gateways.fqdn
  node_fqdn    = tg_node_cluster_config.gateway[each.key].node_fqdn
  peer_host    = "127.0.0.1"
  peer_port    = var.heartbeat_ports[each.value]
  cluster_key  = var.cluster_key
  depends_on   = [tg_node_cluster_config.gateway]
}

resource "tg_cluster_active_member" "gateways" {
  cluster_fqdn = tg_cluster.gateways.fqdn
  node_fqdn    = tg_cluster_member.gateway[local.first].node_fqdn
  depends_on   = [tg_cluster_member.gateway]
}

resource "tg_node_interface" "lan" {
  cluster_fqdn = tg_cluster.gateways.fqdn
  nic          = "eth1"
  cluster_ip   = "10.0.1.50"
  depends_on   = [tg_cluster_active_member.gateways]
}
