terraform {
  required_providers {
    tg = {
      source = "trustgrid/tg"
    }
  }
}

# Pushes to each node's own tg-node daemon. The API key comes from TG_API_KEY_ID and TG_API_KEY_SECRET.
provider "tg" {
  api_host = "{node_fqdn}:8443"

  tls = {
    ca_file = "node-ca.pem"
  }
}

# Another instance for what the Trustgrid portal manages; the token comes from TG_JWT.
provider "tg" {
  alias    = "portal"
  api_host = "api.trustgrid.io"
}
