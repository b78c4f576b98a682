import {
  to = tg_cluster_member.a
  id = "gw-a.example.com"
}
