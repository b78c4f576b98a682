import { Testing } from 'cdktf';
import { ClusterIpStack } from './stack';

test('synthesizes the provider block and the resource of the specification', () => {
  const app = Testing.app();
  const synthesized = JSON.parse(Testing.synth(new ClusterIpStack(app, 'cluster-ip'))) as Record<string, unknown>;
  expect(synthesized).toMatchObject({
    provider: { tg: [{ api_host: '{node_fqdn}:8443' }] },
    resource: {
      tg_node_interface: {
        lan: { node_fqdn: 'gateway-a.example.com', nic: 'eth1', cluster_ip: '10.0.1.50' },
      },
    },
    output: { cluster_ip: { value: '${tg_node_interface.lan.cluster_ip}' } },
  });
});
