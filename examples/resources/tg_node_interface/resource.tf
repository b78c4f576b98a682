resource "tg_node_interface" "lan" {
  node_fqdn  = "gateway-a.example.com"
  nic        = "eth1"
  cluster_ip = "10.0.1.50" # an unused private address of the data subnet
}
