# The members have to be in the cluster before one of them can be named.
resource "tg_cluster_active_member" "gateways" {
  cluster_fqdn = "gateways.example.com"
  node_fqdn    = "gw-a.example.com"
  depends_on   = [tg_cluster_member.a, tg_cluster_member.b]
}
