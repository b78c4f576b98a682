terraform {
  required_providers {
    tg = {
      source = "trustgrid/tg"
    }
  }
}

variable "node_fqdn" {
  description = "The gateway's FQDN."
  type        = string
}

variable "cluster_ip" {
  description = "An unused private address of the data subnet; null holds none."
  type        = string
  default     = "10.0.1.50"
}

# Where the node is and how to log in come from TG_API_HOST, TG_API_KEY_ID, TG_API_KEY_SECRET and TG_CA_FILE.
provider "tg" {}

resource "tg_node_interface" "lan" {
  node_fqdn  = var.node_fqdn
  nic        = "eth1"
  cluster_ip = var.cluster_ip
}
