import type { ActorFinding, WatchedNic } from './finding';
import type { HostView } from './host-view';

/**
 * amazon-ec2-net-utils (default on Amazon Linux 2023) reads the NIC's secondary addresses from the instance metadata
 * each minute and binds them through networkd, whoever is active; on a change it reconfigures the whole link.
 */
export async function findEc2NetUtils(host: HostView, { nic }: WatchedNic): Promise<ActorFinding[]> {
  const unit = `refresh-policy-routes@${nic}`;
  const state = await host.ask('systemctl', 'is-active', `${unit}.timer`);
  if (state !== 'active') return [];
  const condition = (await host.ask('systemctl', 'cat', `${unit}.service`)) ?? '';
  if (condition.includes(NEVER)) return [];
  return [
    {
      actor: 'amazon-ec2-net-utils',
      nic,
      severity: 'fatal',
      message: `amazon-ec2-net-utils (${unit}.timer) binds every secondary address of ${nic}'s ENI within a minute, on an active and on a standby node alike, and would re-bind a released cluster IP`,
      dropIn: {
        path: `/etc/systemd/system/${unit}.service.d/50-cluster-ip.conf`,
        content: `# The cluster IP on ${nic} belongs to tg-node: this condition is never true.\n[Unit]\n${NEVER}\n`,
        activate: 'systemctl daemon-reload',
      },
    },
  ];
}

const NEVER = 'ConditionPathExists=/dev/null/tg-node';
