import {
  to = tg_node_interface.lan
  id = "gw-a.example.com/eth1"
}
