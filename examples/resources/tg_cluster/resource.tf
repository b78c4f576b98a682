# With tg-node daemons: both of them, so that one that is down is passed over.
provider "tg" {
  api_hosts = ["gw-a.example.com:8443", "gw-b.example.com:8443"]
}

resource "tg_cluster" "gateways" {
  name     = "gateways"
  mode     = "autoFailback"
  timeout  = 5
  handover = "move"
}
