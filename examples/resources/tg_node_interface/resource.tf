# The cluster IP of a gateway: assigned to its data ENI and bound on its NIC, changed in place.
resource "tg_node_interface" "lan" {
  node_fqdn  = "gw-a.example.com"
  nic        = "eth1"
  cluster_ip = "10.0.1.50"

  timeouts = {
    update = "5m"
  }
}

# A node's own interface settings. What is not named stays as it is.
resource "tg_node_interface" "wan" {
  node_id = "d70e7d73-2a1c-4388-bbb1-08ca2fd39f48"
  nic     = "ens192"
  ip      = "10.20.10.50/24"
  gateway = "10.20.10.1"
  dns     = ["10.20.10.2", "10.20.10.3"]
  mtu     = 1500
}

# The cluster's value, held by whichever member is active.
resource "tg_node_interface" "pair" {
  cluster_fqdn = "gateways.example.com"
  nic          = "eth1"
  cluster_ip   = "10.0.1.60"
}
