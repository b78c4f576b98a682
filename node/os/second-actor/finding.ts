/** A file that makes another actor leave the cluster IP alone. */
export interface DropIn {
  /** Absolute. */
  path: string;
  content: string;
  /** What to run after writing it. */
  activate: string;
}

/** Another program that binds or removes addresses on one of our NICs. */
export interface ActorFinding {
  actor: 'systemd-networkd' | 'NetworkManager' | 'amazon-ec2-net-utils' | 'cloud-init' | 'dhclient';
  nic: string;
  /** `fatal`: it would re-bind or remove the cluster IP, so the daemon must not start beside it. */
  severity: 'fatal' | 'warning' | 'note';
  /** What it would do, in a sentence. */
  message: string;
  /** Null when no file of ours would help. */
  dropIn: DropIn | null;
}

/** The NIC to look at, with what we want to be left alone on it. */
export interface WatchedNic {
  nic: string;
  index: number;
  /** Cluster IPs that we want or own on it. */
  addresses: readonly string[];
  /** Whether binding needs a policy rule and a routing table as well. */
  needsRule: boolean;
}

/** The value of the last `key=` in `[section]` of systemd-style text, or all of them; comments and blanks are skipped. */
export function settings(text: string, section: string, key: string): string[] {
  let inside = false;
  return text.split('\n').flatMap((raw) => {
    const line = raw.trim();
    const header = /^\[(.+)\]$/.exec(line)?.[1];
    if (header !== undefined) inside = header === section;
    if (!inside || line.startsWith('#') || line.startsWith(';')) return [];
    const [name, ...value] = line.split('=');
    return name?.trim() === key && value.length > 0 ? [value.join('=').trim()] : [];
  });
}
