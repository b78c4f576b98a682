terraform {
  required_providers {
    tg = {
      source = "trustgrid/tg"
    }
  }
}

# Credentials come from TG_API_KEY_ID and TG_API_KEY_SECRET.
provider "tg" {
  # Push straight to each node; leave it out to speak to the portal.
  api_host = "{node_fqdn}:8443"
}
