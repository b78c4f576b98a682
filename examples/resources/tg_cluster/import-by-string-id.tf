import {
  to = tg_cluster.gateways
  id = "gateways.example.com"
}
