import {
  to = tg_cluster_active_member.gateways
  id = "gateways.example.com/gw-a.example.com"
}
