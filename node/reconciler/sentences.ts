/**
 * Every sentence of the reconciler that a person may read in `terraform apply`, `tg-node status` or a log. Each says
 * what happened, to which address and ENI, and the way out.
 */
import { range, toAddress } from './cidr';
import type { Ec2Error, ErrorKind, Holder, OsError } from './ports';
import type { NicContext } from './types';

/** A problem without its time. */
export interface Sentence {
  code: string;
  message: string;
  kind: ErrorKind;
}

/** What an EC2 call was for. */
export interface Errand {
  doing: 'assign' | 'unassign' | 'look' | 'find-holder';
  nic: string;
  eniId: string;
  /** The addresses of the call; empty for a look. */
  addresses: readonly string[];
}

const person = (code: string, message: string): Sentence => ({ code, message, kind: 'ask-a-person' });

// Before EC2 is asked.

export const ownPrimary = (address: string, nic: NicContext): Sentence =>
  person(
    'own-primary',
    `cluster_ip ${address} is the primary address of ${nic.eniId} (${nic.nic}) itself, which can never move to another ` +
      `node; name an unused address of ${nic.subnetCidr}.`,
  );

export const notPrivate = (address: string, nic: NicContext): Sentence =>
  person(
    'public-address',
    `cluster_ip ${address} is not a private address; a cluster IP is an unused private address of the subnet ` +
      `${nic.subnetCidr} of ${nic.nic}. An Elastic IP can be associated with the cluster IP in EC2, and follows it.`,
  );

export const outsideSubnet = (address: string, nic: NicContext): Sentence =>
  person(
    'outside-subnet',
    `cluster_ip ${address} is outside ${nic.subnetCidr}, the subnet of ${nic.nic} (${nic.eniId}); name an unused ` +
      `address of that subnet, or another NIC.`,
  );

export const reserved = (address: string, nic: NicContext): Sentence => {
  const { first, last } = range(nic.subnetCidr);
  return person(
    'reserved',
    `cluster_ip ${address} is reserved by AWS in ${nic.subnetCidr} (the first four addresses and the last of every ` +
      `subnet); name an unused address from ${toAddress(first + 4)} to ${toAddress(last - 1)}.`,
  );
};

export const unknownNic = (nic: string, known: readonly string[]): Sentence => ({
  code: 'nic-unknown',
  message:
    `${nic} has a cluster IP, but no ENI is known for it; known are: ${known.join(', ') || 'none'}. ` +
    `Check the name of the NIC, or give its ENI under nics in node.yaml.`,
  kind: 'retry-later',
});

// Who holds the address.

const described = (holder: Holder): string => {
  const details = [
    holder.instanceId === undefined ? null : `instance ${holder.instanceId}`,
    holder.description ? `"${holder.description}"` : null,
  ].filter((detail) => detail !== null);
  return details.length === 0 ? holder.eniId : `${holder.eniId} (${details.join(', ')})`;
};

export const heldByStranger = (address: string, holder: Holder, eniId: string): Sentence =>
  holder.primary
    ? person(
        'primary-of-other',
        `cluster_ip ${address} is the primary address of ${described(holder)}, and a primary address can never move; ` +
          `name an unused address of the subnet.`,
      )
    : person(
        'held-by-other',
        `cluster_ip ${address} is held by ${described(holder)}, which is no member of this node's cluster, so it was ` +
          `not taken from it; unassign it there, or name an unused address. (Wanted on ${eniId}.)`,
      );

export const heldUnseen = (address: string, eniId: string): Sentence =>
  person(
    'held-by-other',
    `cluster_ip ${address} cannot be assigned to ${eniId}: EC2 says that another ENI holds it, but shows this account ` +
      `no ENI that does (in a shared subnet it may be another account's). Name an unused address.`,
  );

export const inUseHere = (address: string, holderEniId: string, eniId: string): Sentence =>
  person(
    'in-use-here',
    `cluster_ip ${address} is already a secondary address of ${holderEniId}, an ENI of this node, and this node did not ` +
      `put it there: another program may be using it, so it was not taken over. Take it off ${holderEniId} first, or ` +
      `name an unused address.${holderEniId === eniId ? '' : ` (Wanted on ${eniId}.)`}`,
  );

export const notAttached = (address: string, eniId: string, nic: string): Sentence =>
  person(
    'eni-not-attached',
    `${address} is recorded as this node's on ${eniId} (${nic}), but that ENI is not attached to this node, so nothing ` +
      `is changed on it. If the disk was copied from another gateway, which may be using ${eniId}: stop this node and ` +
      `remove ledger.json and ledger.json.last-good from its data_dir. If the ENI was replaced, delete it or take ${address} off it; if it is to be ` +
      `used here, attach it again.`,
  );

export const lookingForHolder = (address: string): Sentence => ({
  code: 'held-by-other',
  message: `EC2 says that another ENI holds ${address}; looking for it before anything is taken.`,
  kind: 'retry-later',
});

export const takenByMember = (address: string, holder: Holder): Sentence =>
  person(
    'taken-by-member',
    `${address} was moved to the cluster member's ENI ${described(holder)} while this node was active; it is not ` +
      `taken back unless this node is made active again.`,
  );

// What EC2 answered.

const subject = (errand: Errand): string => {
  const what = errand.addresses.join(', ');
  switch (errand.doing) {
    case 'assign':
      return `${what} could not be assigned to ${errand.eniId} (${errand.nic})`;
    case 'unassign':
      return `${what} could not be taken off ${errand.eniId} (${errand.nic})`;
    case 'look':
      return `${errand.eniId} (${errand.nic}) could not be looked at`;
    case 'find-holder':
      return `the ENI that holds ${what} could not be looked up`;
  }
};

const ACTIONS: Record<Errand['doing'], string> = {
  assign: 'ec2:AssignPrivateIpAddresses',
  unassign: 'ec2:UnassignPrivateIpAddresses',
  look: 'ec2:DescribeNetworkInterfaces',
  'find-holder': 'ec2:DescribeNetworkInterfaces',
};

export function fromEc2(error: Ec2Error, errand: Errand): Sentence {
  const action = ACTIONS[errand.doing];
  const raw = `${error.code}: ${error.message}`;
  const say = (why: string): Sentence => ({
    code: error.reason,
    message: `${subject(errand)}: ${why} (${raw})`,
    kind: error.kind,
  });
  switch (error.reason) {
    case 'held-by-other':
      return say('another ENI holds it.');
    case 'primary-of-other':
      return say('it is the primary address of another ENI, which can never move; name an unused address.');
    case 'own-primary':
      return say("it is the ENI's own primary address, which can never be taken off.");
    case 'outside-subnet':
      return say("it is outside the ENI's subnet; name an unused address of that subnet.");
    case 'reserved':
      return say('AWS reserves the first four addresses and the last of every subnet; name another address.');
    case 'malformed':
      return say('EC2 does not take it for an address; name an IPv4 address such as 10.0.1.50.');
    case 'eni-full':
      return say(
        'the ENI holds as many addresses as its instance type allows; unassign one that is not needed, or use a ' +
          'larger instance type.',
      );
    case 'eni-missing':
      return say('EC2 knows no such ENI; was it deleted or replaced? The node looks again which ENI the NIC has.');
    case 'not-assigned':
      return say('it is not assigned there.');
    case 'unauthorized':
      return say(
        `the instance profile does not allow ${action}` +
          `${errand.doing === 'assign' || errand.doing === 'unassign' ? ` on ${errand.eniId}` : ''}; allow it in the IAM policy.`,
      );
    case 'credentials':
      return say(
        'EC2 did not accept the AWS credentials, or there are none; check that the instance has an instance profile ' +
          'and that its clock is right. Tried again with fresh credentials.',
      );
    case 'throttled':
      return say('EC2 throttles this account; tried again with growing pauses.');
    case 'server':
      return say('EC2 has trouble of its own; tried again with growing pauses.');
    case 'timeout':
      return say('EC2 did not answer in time, so it may have happened all the same; looked at and tried again.');
    case 'unreachable':
      return say(
        'EC2 cannot be reached; check the route to its endpoint (internet, NAT or VPC endpoint). Tried again.',
      );
    case 'unknown':
      return say('EC2 refused for a reason this program does not know.');
  }
}

// What the operating system answered.

export function fromOs(error: OsError, doing: 'bind' | 'unbind' | 'list', address: string, device: string): Sentence {
  const what =
    doing === 'list'
      ? 'the addresses of this machine could not be listed'
      : `${address} could not be ${doing === 'bind' ? 'bound on' : 'unbound from'} ${device}`;
  return { code: `os-${error.reason}`, message: `${what}: ${error.message}`, kind: error.kind };
}

export const stillBound = (address: string, device: string): Sentence => ({
  code: 'os-still-bound',
  message:
    `${address} was unbound from ${device}, but is bound there again; does another program (systemd-networkd, ` +
    `NetworkManager, cloud-init) manage that NIC? Tried again.`,
  kind: 'retry-later',
});

export const ledgerSlow = (ms: number): Sentence => ({
  code: 'ledger',
  message:
    `The list of addresses this node owns has not been written for ${ms / 1000} s: the disk does not answer, so no new ` +
    `address is acquired until it does. What is held stays held. Check the disk or file system of data_dir.`,
  kind: 'retry-later',
});

export const ledgerFailed = (error: unknown): Sentence => ({
  code: 'ledger',
  message:
    `The list of addresses this node owns could not be written, so no new address is acquired until it can: ` +
    `${error instanceof Error ? error.message : String(error)}. Check the free space and permissions of data_dir.`,
  kind: 'retry-later',
});
