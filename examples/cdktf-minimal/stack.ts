import { TerraformOutput, TerraformProvider, TerraformResource, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';

/** The provider block, as plain Terraform JSON: no generated bindings are needed for two attributes. */
class TgProvider extends TerraformProvider {
  constructor(
    scope: Construct,
    private readonly apiHost: string,
  ) {
    super(scope, 'tg', {
      terraformResourceType: 'tg',
      terraformProviderSource: 'trustgrid/tg',
      terraformGeneratorMetadata: { providerName: 'tg' },
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { api_host: this.apiHost };
  }
}

/** `tg_node_interface` with a cluster IP. */
class NodeInterface extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly attributes: { node_fqdn: string; nic: string; cluster_ip: string },
  ) {
    super(scope, id, {
      terraformResourceType: 'tg_node_interface',
      terraformGeneratorMetadata: { providerName: 'tg' },
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.attributes };
  }
}

/** The specification's snippet in TypeScript: one NIC of one node carries the cluster IP. */
export class ClusterIpStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new TgProvider(this, '{node_fqdn}:8443');
    const lan = new NodeInterface(this, 'lan', {
      node_fqdn: 'gateway-a.example.com',
      nic: 'eth1',
      cluster_ip: '10.0.1.50',
    });
    new TerraformOutput(this, 'cluster_ip', { value: lan.getStringAttribute('cluster_ip') });
  }
}
