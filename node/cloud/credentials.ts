import { fromEnv } from '@aws-sdk/credential-provider-env';
import { malformed } from './imds-error';
import type { Imds } from './imds';

/** AWS credentials and when they end; without `expiration` they never do. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

type Source = () => Promise<Credentials>;

const ROLE_PATH = 'iam/security-credentials/';

/** The credentials of the instance profile. */
export async function instanceCredentials(imds: Imds): Promise<Credentials> {
  const role = await imds.get(ROLE_PATH);
  const path = `${ROLE_PATH}${role.split('\n')[0] ?? ''}`;
  const document = parse(await imds.get(path));
  const { AccessKeyId, SecretAccessKey, Token, Expiration, Code } = document;
  if (AccessKeyId === undefined || SecretAccessKey === undefined || Token === undefined || Expiration === undefined) {
    throw malformed(imds.endpoint, path, `no credentials (code ${Code ?? 'none'})`);
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
    expiration: new Date(Expiration),
  };
}

function parse(text: string): Partial<Record<string, string>> {
  try {
    return JSON.parse(text) as Partial<Record<string, string>>;
  } catch {
    return {};
  }
}

/**
 * Where credentials come from, in the order every AWS tool has: environment, web identity token, shared files, container,
 * instance profile. The last is asked through `imds`, so that a configured endpoint counts for it too.
 */
export function credentialSource(imds: Imds, env: NodeJS.ProcessEnv = process.env): Source {
  return async () => {
    const tried: string[] = [];
    for (const [name, source] of sources(imds, env)) {
      try {
        return await source();
      } catch (error) {
        tried.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new NoCredentialsError(`No AWS credentials found. ${tried.join(' ')}`);
  };
}

/** Nowhere are credentials to be had; the message says what each place answered. */
export class NoCredentialsError extends Error {
  override readonly name = 'NoCredentialsError';
}

/** Those that are configured at all: each that is not would only add its complaint. */
function sources(imds: Imds, env: NodeJS.ProcessEnv): [string, Source][] {
  const found: [string, Source][] = [];
  if (env.AWS_ACCESS_KEY_ID !== undefined && env.AWS_PROFILE === undefined) found.push(['environment', fromEnv()]);
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE !== undefined) {
    found.push([
      'web identity token',
      async () => (await import('@aws-sdk/credential-provider-web-identity')).fromTokenFile()(),
    ]);
  }
  if (env.AWS_PROFILE !== undefined || env.AWS_SHARED_CREDENTIALS_FILE !== undefined || env.HOME !== undefined) {
    found.push(['shared files', async () => (await import('@aws-sdk/credential-provider-ini')).fromIni()()]);
  }
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ?? env.AWS_CONTAINER_CREDENTIALS_FULL_URI) {
    found.push(['container', async () => (await import('@aws-sdk/credential-provider-http')).fromHttp({})()]);
  }
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() !== 'true') {
    found.push(['instance profile', () => instanceCredentials(imds)]);
  }
  return found;
}

/** Refreshed this long before they end: EC2 offers new ones at least five minutes before. */
const REFRESH_BEFORE_MS = 5 * 60_000;
/** How often a failed refresh is repeated at most. */
const RETRY_MS = 30_000;

/** Credentials at hand: kept, renewed ahead of their end, and never waited for while old ones are valid. */
export interface CredentialCache {
  get(): Promise<Credentials>;
  /** Fetches new ones at the next `get`: EC2 refused these. */
  drop(): void;
}

/** Caches `source`. `now` is the wall clock, which expirations are told in. */
export function cacheCredentials(source: Source, now: () => number = Date.now): CredentialCache {
  let cached: Credentials | null = null;
  let dropped = false;
  let fetching: Promise<Credentials> | null = null;
  let failedAt = -Infinity;

  const fetch = (): Promise<Credentials> => {
    fetching ??= source()
      .then((fresh) => {
        dropped = false;
        return (cached = fresh);
      })
      .catch((error: unknown) => {
        failedAt = now();
        throw error;
      })
      .finally(() => {
        fetching = null;
      });
    return fetching;
  };

  return {
    get() {
      if (cached === null || dropped) return fetch();
      const left = (cached.expiration?.getTime() ?? Infinity) - now();
      if (left <= 0) return fetch();
      // Not waited for, and its failure is no matter yet: what there is still counts.
      if (left < REFRESH_BEFORE_MS && now() - failedAt >= RETRY_MS) fetch().catch(() => undefined);
      return Promise.resolve(cached);
    },
    drop() {
      dropped = true;
    },
  };
}
