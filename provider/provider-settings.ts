import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Path } from './framework/cty/path';
import { attributePath, pathText, ROOT } from './framework/cty/path';
import { isUnknown } from './framework/cty/unknown';
import type { Value } from './framework/cty/value';
import type { Diagnostic } from './framework/schema/diagnostic';
import { errorAt, errorOf, hasErrors, warningAt } from './framework/schema/diagnostic';
import { DEFAULT_HOST, hostProblem } from './portal/endpoint';
import type { Credentials, PortalSettings, TlsSettings } from './portal/settings';
import type { ProviderConfig } from './provider-schema';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a provider block and the environment come to. */
export interface ProviderSettings {
  /** Null when something is wrong, or not known yet. */
  readonly settings: Omit<PortalSettings, 'userAgent'> | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the provider block; what it leaves out is taken from the environment. Files are read, no network is touched. */
export function providerSettings(config: ProviderConfig, environment: Environment): ProviderSettings {
  if (isUnknown(config.tls) || Object.values({ ...config, ...config.tls }).some(holdsUnknown)) {
    return { settings: null, diagnostics: [] };
  }
  const diagnostics: Diagnostic[] = [];
  const hosts = hostsOf(config, environment, diagnostics);
  const credentials = credentialsOf(config, environment, diagnostics);
  const tls = tlsOf(config, environment, diagnostics);
  const orgId = text(config.org_id) ?? setting(environment, 'TG_ORG_ID');
  if (credentials === null || hasErrors(diagnostics)) return { settings: null, diagnostics };
  return { settings: { hosts, credentials, tls, environment, ...(orgId !== undefined && { orgId }) }, diagnostics };
}

const holdsUnknown = (value: Value): boolean => isUnknown(value) || (Array.isArray(value) && value.some(isUnknown));

/** A value that is not set, or set to nothing, is undefined. */
const text = (value: Value): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const setting = (environment: Environment, name: string): string | undefined => text(environment[name] ?? null);

function hostsOf(config: ProviderConfig, environment: Environment, diagnostics: Diagnostic[]): string[] {
  if (Array.isArray(config.api_hosts)) return config.api_hosts.map(String);
  const configured = text(config.api_host);
  if (configured !== undefined) return [configured];
  const inherited = setting(environment, 'TG_API_HOST');
  if (inherited === undefined) return [DEFAULT_HOST];
  const problem = hostProblem(inherited);
  if (problem !== null) diagnostics.push(errorOf('Invalid environment variable', `TG_API_HOST: ${problem}.`));
  return [inherited];
}

/** What the block names goes before the environment: a token in a shell's profile must not override a key written down. */
function credentialsOf(
  config: ProviderConfig,
  environment: Environment,
  diagnostics: Diagnostic[],
): Credentials | null {
  const own = { jwt: text(config.api_jwt), id: text(config.api_key_id), secret: text(config.api_key_secret) };
  const jwt =
    own.jwt ?? (own.id === undefined && own.secret === undefined ? setting(environment, 'TG_JWT') : undefined);
  if (jwt !== undefined) return sendable(jwt, 'api_jwt', diagnostics) ? { kind: 'jwt', jwt } : null;
  const id = own.id ?? setting(environment, 'TG_API_KEY_ID');
  const secret = own.secret ?? setting(environment, 'TG_API_KEY_SECRET');
  if (id !== undefined && secret !== undefined) {
    const fits = [sendable(id, 'api_key_id', diagnostics), sendable(secret, 'api_key_secret', diagnostics)];
    return fits.every(Boolean) ? { kind: 'key', id, secret } : null;
  }
  const missing =
    id === undefined && secret === undefined
      ? 'No credentials are set: set api_key_id and api_key_secret, or api_jwt, or the environment variables TG_API_KEY_ID and TG_API_KEY_SECRET, or TG_JWT.'
      : id === undefined
        ? 'api_key_secret is set, but not api_key_id: set it, or the environment variable TG_API_KEY_ID.'
        : 'api_key_id is set, but not api_key_secret: set it, or the environment variable TG_API_KEY_SECRET.';
  diagnostics.push(errorOf('Missing credentials', missing));
  return null;
}

/** A header holds no blanks, line ends or letters beyond ASCII; the usual cause is a file read with its line end. */
function sendable(value: string, name: string, diagnostics: Diagnostic[]): boolean {
  if (/^[\x21-\x7e]+$/.test(value)) return true;
  const trimmed = /^[\x21-\x7e]+$/.test(value.trim());
  diagnostics.push(
    errorAt(
      attributePath(name),
      'Invalid credentials',
      `${name} contains ${trimmed ? 'a blank or line end at its start or end; use trimspace()' : 'characters that no credential has'}.`,
    ),
  );
  return false;
}

function tlsOf(config: ProviderConfig, environment: Environment, diagnostics: Diagnostic[]): TlsSettings {
  const tls = config.tls === null || isUnknown(config.tls) ? null : config.tls;
  const read = (kind: 'ca' | 'cert' | 'key', inherited?: string): string | undefined => {
    const file = text(tls?.[`${kind}_file`] ?? null);
    const pem = text(tls?.[`${kind}_pem`] ?? null);
    const at = attributePath('tls', `${kind}_${pem === undefined ? 'file' : 'pem'}`);
    if (file !== undefined && pem !== undefined) {
      diagnostics.push(
        errorAt(at, 'Conflicting attributes', `tls.${kind}_file and tls.${kind}_pem are both set; remove one.`),
      );
      return undefined;
    }
    if (pem !== undefined) return checkedPem(pem, kind, at, pathText(at), diagnostics);
    const path = file ?? inherited;
    if (path === undefined) return undefined;
    const name = file === undefined ? `TG_CA_FILE (${path})` : `${pathText(at)} (${path})`;
    const where = file === undefined ? ROOT : at;
    try {
      return checkedPem(readFileSync(path, 'utf8'), kind, where, name, diagnostics);
    } catch (error) {
      diagnostics.push(errorAt(where, 'File not readable', `${name} cannot be read: ${(error as Error).message}.`));
      return undefined;
    }
  };
  const ca = read('ca', text(tls?.ca_pem ?? null) === undefined ? setting(environment, 'TG_CA_FILE') : undefined);
  const cert = read('cert');
  const key = read('key');
  const serverName = text(tls?.server_name ?? null);
  pairOf(cert, key, diagnostics);
  const insecureSkipVerify = tls?.insecure_skip_verify === true;
  if (insecureSkipVerify) diagnostics.push(insecureWarning());
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { serverName }),
    insecureSkipVerify,
  };
}

/** Refuses what is no PEM, since a TLS library would pass over it in silence and then trust nobody. */
function checkedPem(
  pem: string,
  kind: 'ca' | 'cert' | 'key',
  at: Path,
  name: string,
  diagnostics: Diagnostic[],
): string | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    if (kind === 'key' ? !pem.includes('PRIVATE KEY-----') : blocks.length === 0)
      throw new Error('there is none in it');
    for (const block of kind === 'key' ? [] : blocks) new X509Certificate(block);
    return pem;
  } catch (error) {
    const wanted = kind === 'key' ? 'a private key' : 'certificates';
    diagnostics.push(errorAt(at, 'Not PEM', `${name} should hold ${wanted} in PEM: ${(error as Error).message}.`));
    return undefined;
  }
}

function pairOf(cert: string | undefined, key: string | undefined, diagnostics: Diagnostic[]): void {
  if (cert === undefined && key === undefined) return;
  const tls = attributePath('tls');
  if (cert === undefined || key === undefined) {
    const [is, isNot] = cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    diagnostics.push(
      errorAt(
        tls,
        'Missing attribute',
        `A client certificate needs its key: tls.${is}_file is set, tls.${isNot}_file is not.`,
      ),
    );
    return;
  }
  try {
    createSecureContext({ cert, key });
  } catch {
    // The library's own text may quote the key.
    diagnostics.push(
      errorAt(tls, 'Invalid client certificate', 'The key in tls is encrypted, or is not the one of the certificate.'),
    );
  }
}

const insecureWarning = (): Diagnostic =>
  warningAt(
    attributePath('tls', 'insecure_skip_verify'),
    'TLS certificates are not verified',
    'insecure_skip_verify is on: whoever answers in the place of the server gets the API key and can change the configuration of every node. ' +
      "Set tls.ca_file to the server's certificate instead.",
  );
