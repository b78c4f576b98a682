import { randomBytes } from 'node:crypto';
import type { Principal } from '../server/call-record';
import { refuse } from '../rules/refusal';

/** Credentials of an instance's role, as its metadata hands them out. */
export interface IssuedCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  token: string;
  instanceId: string;
  /** Milliseconds since the epoch. */
  issued: number;
  expires: number;
}

/** Keys that begin like this are ours: an unknown one is a forgotten one, never the administrator's. */
const PREFIX = 'ASIATGVPC';

/** The credentials handed out so far, and whose a request's are. */
export class CredentialStore {
  private readonly issued = new Map<string, IssuedCredentials>();

  /**
   * The credentials of an instance: those handed out before while they last, new ones when less than a tenth of their
   * life (at most 5 minutes) is left.
   */
  current(instanceId: string, ttlSeconds: number, now: number): IssuedCredentials {
    const spare = Math.min(300, ttlSeconds / 10) * 1000;
    const valid = [...this.issued.values()].find((one) => one.instanceId === instanceId && one.expires - spare > now);
    if (valid) return valid;
    const fresh: IssuedCredentials = {
      accessKeyId: PREFIX + randomBytes(6).toString('hex').slice(0, 11).toUpperCase(),
      secretAccessKey: randomBytes(30).toString('base64'),
      token: randomBytes(96).toString('base64'),
      instanceId,
      issued: now,
      expires: now + ttlSeconds * 1000,
    };
    this.issued.set(fresh.accessKeyId, fresh);
    return fresh;
  }

  /** Who signed a request. Refuses credentials that AWS would refuse; signatures themselves are not computed. */
  principal(request: { accessKeyId: string | undefined; token: string | undefined }, now: number): Principal {
    const { accessKeyId, token } = request;
    if (accessKeyId === undefined) throw refuse.noCredentials();
    const known = this.issued.get(accessKeyId);
    if (!known) {
      if (accessKeyId.startsWith(PREFIX)) throw refuse.badCredentials();
      return { kind: 'administrator', accessKeyId };
    }
    if (token !== known.token) throw refuse.badCredentials();
    if (now >= known.expires) throw refuse.expired();
    return { kind: 'instance', instanceId: known.instanceId, accessKeyId };
  }

  clear(): void {
    this.issued.clear();
  }
}
