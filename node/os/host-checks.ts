import type { BoundAddress } from '../reconciler/ports';
import type { HostSettings } from './host-settings';
import { TOOLS, type Tool } from './tools';

/** Something about the host that keeps traffic from flowing through a cluster IP, or clients from coming back to it. */
export interface HostFinding {
  code:
    | 'forwarding-off'
    | 'source-dest-check-on'
    | 'reverse-path-strict'
    | 'bound-twice'
    | 'tracking-strict'
    | 'tool-missing';
  /** `warning`: something does not work; `note`: something works less well. */
  severity: 'warning' | 'note';
  nic?: string;
  /** What is wrong and the fix, in sentences. */
  message: string;
}

/** What {@link checkHost} judges. */
export interface HostFacts {
  /** False: LAN hosts do not use this node as their next hop. */
  routes: boolean;
  settings: HostSettings;
  /** The NICs that carry cluster IPs. `sourceDestCheck` is null as long as EC2 has not said. */
  nics: readonly {
    nic: string;
    device: string;
    eniId: string;
    /** True where another NIC has the default route. */
    needsRule: boolean;
    sourceDestCheck: boolean | null;
    /** Its cluster IPs. */
    addresses: readonly string[];
  }[];
  bound: readonly BoundAddress[];
  /** The tools that are not installed. */
  missing: readonly Tool[];
}

/** Everything that is wrong with the host, for the log at the start, `doctor` and the status. Pure. */
export function checkHost(facts: HostFacts): HostFinding[] {
  const { routes, settings, nics, bound, missing } = facts;
  const findings: HostFinding[] = [];
  if (routes && settings.forwards === false) {
    findings.push({
      code: 'forwarding-off',
      severity: 'warning',
      message:
        'This node forwards nothing (net.ipv4.ip_forward is 0), so LAN hosts that use the cluster IP as their next hop get ' +
        'no further. Run sysctl -w net.ipv4.ip_forward=1, and put it into /etc/sysctl.d for the next boot (or say ' +
        'os.routes: false in node.yaml).',
    });
  }
  for (const { nic, device, eniId, needsRule, sourceDestCheck, addresses } of nics) {
    if (routes && sourceDestCheck === true) {
      findings.push({
        code: 'source-dest-check-on',
        severity: 'warning',
        nic,
        message:
          `The source/destination check of ${eniId} (${nic}) is on, so AWS drops what is routed through it, and resets of ` +
          'connections after the address has moved. Set source_dest_check = false in Terraform, or run aws ec2 ' +
          `modify-network-interface-attribute --network-interface-id ${eniId} --no-source-dest-check.`,
      });
    }
    if (needsRule && settings.reversePath.get(device) === 1) {
      findings.push({
        code: 'reverse-path-strict',
        severity: 'warning',
        nic,
        message:
          `${device} drops packets from hosts that this node would answer through another NIC (rp_filter is 1). Run sysctl ` +
          `-w net.ipv4.conf.${device}.rp_filter=2 (loose), and put it into /etc/sysctl.d for the next boot.`,
      });
    }
    for (const other of bound) {
      if (other.device === device || !addresses.includes(other.address)) continue;
      findings.push({
        code: 'bound-twice',
        severity: 'warning',
        nic,
        message:
          `${other.address} belongs on ${device} but is bound on ${other.device} as well, so this node may answer itself. ` +
          `Run ip addr del ${other.address}/${other.prefixLength} dev ${other.device}, and find out what put it there.`,
      });
    }
  }
  if (settings.picksUp === false && settings.tracked !== null) {
    findings.push({
      code: 'tracking-strict',
      severity: 'warning',
      message:
        'Connections that began on the other member are not picked up here (net.netfilter.nf_conntrack_tcp_loose is 0): ' +
        'after a failover they hang instead of going on or being reset. Run sysctl -w ' +
        'net.netfilter.nf_conntrack_tcp_loose=1, and put it into /etc/sysctl.d for the next boot.',
    });
  }
  for (const tool of missing) {
    if (tool === 'conntrack' && (settings.tracked ?? 0) === 0) continue; // nothing to forget
    if (tool === 'arping') continue; // AWS does without
    findings.push({
      code: 'tool-missing',
      severity: 'note',
      message: `${tool} is not installed: ${TOOLS[tool].without}. Install the package ${TOOLS[tool].package}.`,
    });
  }
  return findings;
}
