import type { ActorFinding, WatchedNic } from './finding';
import type { HostView } from './host-view';

const CONFIG_FOLDER = '/etc/cloud/cloud.cfg.d';

/**
 * cloud-init configures the ENI's secondary addresses of the moment when the instance boots (its option
 * `apply_full_imds_network_config`, true by default). The daemon takes such an address over, hence only a warning.
 */
export async function findCloudInit(host: HostView, { nic }: WatchedNic): Promise<ActorFinding[]> {
  const main = await host.read('/etc/cloud/cloud.cfg');
  if (main === null || (await host.names('/etc/cloud')).includes('cloud-init.disabled')) return [];
  const names = (await host.names(CONFIG_FOLDER)).filter((name) => name.endsWith('.cfg'));
  const texts = [main, ...(await Promise.all(names.map((name) => host.read(`${CONFIG_FOLDER}/${name}`))))].map(
    (t) => t ?? '',
  );
  const off = /apply_full_imds_network_config:\s*(false|no|off)\b/i;
  const networkOff = /^network:\s*(\{\s*config:\s*disabled\s*\}|\n\s+config:\s*disabled)/m;
  if (texts.some((text) => off.test(text) || networkOff.test(text))) return [];
  return [
    {
      actor: 'cloud-init',
      nic,
      severity: 'warning',
      message: `cloud-init may configure every secondary address that ${nic}'s ENI has when the instance boots, a cluster IP included; the daemon then takes it over`,
      dropIn: {
        path: `${CONFIG_FOLDER}/99-cluster-ip.cfg`,
        content:
          '# Cluster IPs belong to tg-node, so secondary addresses are not configured at boot.\ndatasource:\n  Ec2:\n    apply_full_imds_network_config: false\n',
        activate: 'nothing: it is read at the next boot',
      },
    },
  ];
}
