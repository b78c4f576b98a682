import type { Problem } from '@tg/api';
import { MESSAGE_VERSION } from '../message';
import { KEY_ISSUER } from './certificate';
import type { Credentials } from './credentials';
import type { Hello, RefusalCode } from './hello';
import type { Address, Member } from './types';

/** A problem without the time it began. */
export type Said = Omit<Problem, 'since'>;

/** What the sentences need to know of this end. */
export interface Self {
  self: Member;
  cluster: string;
  form: Credentials['form'];
}

export const at = ({ host, port }: Address): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The code of: the peer refuses this node, as no member of its cluster. */
export const NOT_ADMITTED = 'link-not-admitted';

const person = (code: string, message: string): Said => ({ code, message, kind: 'ask-a-person' });
const later = (code: string, message: string): Said => ({ code, message, kind: 'retry-later' });

/** Why we cannot listen. */
export function cannotListen(address: Address, error: NodeJS.ErrnoException): Said {
  const where = at(address);
  const again = 'The daemon goes on trying; until then only this node can call the peer.';
  switch (error.code) {
    case 'EADDRINUSE':
      return later(
        'link-port',
        `the cluster link cannot listen on ${where}: another program does; stop it, or choose another heartbeat port. ${again}`,
      );
    case 'EADDRNOTAVAIL':
      return later(
        'link-port',
        `the cluster link cannot listen on ${where}: no NIC has that address; correct the heartbeat host. ${again}`,
      );
    case 'EACCES':
      return later(
        'link-port',
        `the cluster link may not listen on ${where}: ports below 1024 are for root; choose a heartbeat port above. ${again}`,
      );
    default:
      return later(
        'link-port',
        `the cluster link cannot listen on ${where}: ${error.message}; correct the heartbeat host and port. ${again}`,
      );
  }
}

/** Why the peer cannot be called; `heard`: it has called us, so heartbeats flow all the same. */
export function cannotReach(address: Address, error: NodeJS.ErrnoException, heard: boolean): Said {
  const where = at(address);
  const why = reasonOf(error, address);
  if (heard) {
    return later(
      'link-one-way',
      `the peer calls this node, but this node cannot call the peer at ${where}: ${why}. Heartbeats flow over the ` +
        `peer's connection; config requests to the peer do not`,
    );
  }
  return later('link-unreachable', `the peer cannot be reached at ${where}: ${why}`);
}

function reasonOf(error: NodeJS.ErrnoException, { host, port }: Address): string {
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED')
    return 'nothing listens there; is tg-node running on the peer, and is that its heartbeat port?';
  if (code === 'ETIMEDOUT') {
    return `no answer; is the peer up, and do security groups and firewalls let TCP ${port} through both ways?`;
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `the name ${host} does not resolve; use an IP address, or mend DNS`;
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return 'there is no route to it; correct the address or the routes';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'it closed the connection before it said who it is';
  if (code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' || code.startsWith('ERR_SSL_')) {
    return `another kind of program listens there (${code}); correct the peer's host and heartbeat port`;
  }
  return error.message;
}

/** What is wrong with a certificate that did not verify. */
export function badCertificate(
  { cluster, form, self }: Self,
  remote: string,
  peer: { code: string; issuer: string } | null,
): Said {
  if (peer === null)
    return person('link-certificate', `${remote} showed no certificate; no member of ${cluster} comes without one`);
  const { code, issuer } = peer;
  const lines = issuer.split('\n');
  const byKey = lines.includes(`O=${KEY_ISSUER}`);
  if (form === 'key') {
    if (!byKey) {
      return person(
        'link-certificate',
        `${remote} shows a certificate that is not made from a cluster key (${code}), as this node's is; give both members ` +
          `the same form: the cluster key (tg-node join --key) or cluster.tls with files`,
      );
    }
    const other = lines.find((line) => line.startsWith('CN='))?.slice(3) ?? '';
    if (other !== cluster) {
      return person(
        'link-cluster',
        `${remote} is a member of cluster ${other}, ${self.fqdn} one of ${cluster}; correct the peer's address, or let ` +
          `both join the same cluster (tg-node join --cluster)`,
      );
    }
    return person(
      'link-key',
      `${remote} has another cluster key than this node, though the same cluster ${cluster}; give both members the same ` +
        `key (tg-node join --key)`,
    );
  }
  if (byKey) {
    return person(
      'link-certificate',
      `${remote} shows a certificate made from a cluster key, this node one from cluster.tls; give both members the same form`,
    );
  }
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return person(
        'link-certificate',
        `the certificate of ${remote} has ended; renew it there (or set this node's clock)`,
      );
    case 'CERT_NOT_YET_VALID':
      return person(
        'link-certificate',
        `the certificate of ${remote} is not valid yet; set the clocks of both members`,
      );
    case 'INVALID_PURPOSE':
      return person(
        'link-certificate',
        `the certificate of ${remote} is not for client and server at once; issue one with the extended key usages ` +
          `serverAuth and clientAuth`,
      );
    default:
      return person(
        'link-certificate',
        `the certificate of ${remote} does not chain to this node's cluster.tls.ca_file (${code}; issuer ` +
          `${lines.join(', ')}); let one CA issue both members' certificates`,
      );
  }
}

/** Why we refuse what the other side says of itself. */
export function refusing(
  { self, cluster }: Self,
  remote: string,
  code: RefusalCode,
  hello: Hello | { version: number },
): Said {
  const named = 'uid' in hello ? `${hello.fqdn} (uid ${hello.uid}) at ${remote}` : remote;
  switch (code) {
    case 'version':
      return person(
        'link-version',
        `${named} speaks version ${hello.version} of the cluster protocol, this node ${MESSAGE_VERSION}; upgrade tg-node here`,
      );
    case 'other-cluster':
      return person(
        'link-cluster',
        `${named} is a member of cluster ${'cluster' in hello ? hello.cluster : '?'}, ${self.fqdn} one of ${cluster}; ` +
          `correct the peer's address, or let both join the same cluster`,
      );
    case 'self':
      return person(
        'link-self',
        `the peer's address ${remote} leads back to this node itself; set the peer's host and port to the other member's`,
      );
    case 'same-uid':
      return person(
        'link-same-uid',
        `two members say that they are uid ${'uid' in hello ? hello.uid : self.uid} (seen at ${remote}); give one of them a ` +
          `uid of its own (tg-node init makes one; do not copy node.yaml)`,
      );
    case 'certificate':
      return person(
        'link-certificate',
        `the certificate of ${named} does not carry that name; issue one with the member's fqdn as DNS name`,
      );
    case 'not-a-member':
      return person(
        'link-not-a-member',
        `${named} is not a member of ${cluster}, and was not heard; let it join (tg-node join), or stop it`,
      );
  }
}

/** Why the other side refuses us, as it says. */
export function refusedBy({ self, cluster }: Self, remote: string, code: RefusalCode): Said {
  const them = `the peer at ${remote}`;
  switch (code) {
    case 'version':
      return person(
        'link-version',
        `${them} does not understand version ${MESSAGE_VERSION} of the cluster protocol, which this node speaks; upgrade tg-node there`,
      );
    case 'other-cluster':
      return person(
        'link-cluster',
        `${them} is a member of another cluster than ${cluster}; correct the peer's address`,
      );
    case 'self':
      return person(
        'link-self',
        `the peer's address ${remote} leads back to this node itself; set the peer's host and port to the other member's`,
      );
    case 'same-uid':
      return person(
        'link-same-uid',
        `${them} knows another node with this node's uid ${self.uid}; give one of them a uid of its own ` +
          `(tg-node init makes one; do not copy node.yaml)`,
      );
    case 'certificate':
      return person(
        'link-certificate',
        `${them} does not find ${self.fqdn} in this node's certificate; issue one with it as DNS name`,
      );
    case 'not-a-member':
      return person(
        NOT_ADMITTED,
        `${them} does not know ${self.fqdn} (uid ${self.uid}) as a member of ${cluster}; let this node join there ` +
          `(tg-node join), or correct the peer's address`,
      );
  }
}

/** Who answers is a member, but not the one whose address it is. */
export const notThePeer = (address: Address, expected: string, hello: Hello): Said =>
  person(
    'link-not-the-peer',
    `${at(address)} is ${hello.fqdn} (uid ${hello.uid}), not the peer (uid ${expected}); correct the peer's host and port`,
  );

/** The frames of a connection that had to be closed. */
export function badFrames(remote: string, code: FrameFault, detail: string): Said {
  switch (code) {
    case 'garbage':
      return later(
        'link-garbage',
        `${remote} sent what is no message of this protocol (${detail}); the connection was closed`,
      );
    case 'oversize':
      return later(
        'link-oversize',
        `${remote} sent a message that is too large (${detail}); the connection was closed`,
      );
    case 'from':
      return later(
        'link-from',
        `${remote} sent a message in another member's name (${detail}); the connection was closed`,
      );
    case 'flood':
      return later('link-flood', `${remote} sent more than the link takes (${detail}); the connection was closed`);
  }
}
/** See {@link badFrames}. */
export type FrameFault = 'garbage' | 'oversize' | 'from' | 'flood';

/** A message of our own that no peer would take. */
export const tooLargeToSend = (detail: string): Said =>
  person(
    'link-too-large',
    `the peer does not get this node's newest config: ${detail}; make the network config smaller`,
  );
