import { randomBytes } from 'node:crypto';

/** The session tokens of one instance's metadata service. */
export class SessionTokens {
  private readonly expiry = new Map<string, number>();

  /** A new token; null when the lifetime is not 1 to 21,600 whole seconds. */
  issue(ttl: string | undefined, now: number): { token: string; ttlSeconds: number } | null {
    if (ttl === undefined || !/^\d{1,5}$/.test(ttl)) return null;
    const ttlSeconds = Number(ttl);
    if (ttlSeconds < 1 || ttlSeconds > 21_600) return null;
    for (const [old, expires] of this.expiry) if (expires <= now) this.expiry.delete(old);
    const token = randomBytes(40).toString('base64');
    this.expiry.set(token, now + ttlSeconds * 1000);
    return { token, ttlSeconds };
  }

  isValid(token: string | undefined, now: number): boolean {
    return token !== undefined && (this.expiry.get(token) ?? 0) > now;
  }
}
