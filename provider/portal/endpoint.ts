import { isIP } from 'node:net';
import type { TargetNames } from './target';

/** The default `api_host`: Trustgrid's portal. */
export const DEFAULT_HOST = 'api.trustgrid.io';

type Placeholder = keyof TargetNames;
const PLACEHOLDERS: readonly Placeholder[] = ['node_fqdn', 'node_id', 'cluster_fqdn'];

const isPlaceholder = (name: string): name is Placeholder => (PLACEHOLDERS as readonly string[]).includes(name);

function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/**
 * Why `template` cannot be an `api_host`; null when it can. Accepted: `HOST`, `HOST:PORT`, each with `https://` in front if one
 * likes, and `http://` for loopback hosts; `{node_fqdn}`, `{node_id}` and `{cluster_fqdn}` stand for the resource's values.
 */
export function hostProblem(template: string): string | null {
  for (const [, name] of template.matchAll(/\{([^{}]*)\}/g)) {
    if (name === undefined || !isPlaceholder(name)) {
      return `"${template}" contains {${name ?? ''}}, which stands for nothing; use {${PLACEHOLDERS.join('}, {')}}`;
    }
  }
  const url = parseHost(template.replace(/\{[^{}]*\}/g, 'placeholder'));
  return typeof url === 'string' ? `"${template}" ${url}` : null;
}

/** The base URL of a host without placeholders, or what is wrong with it, to be put behind its text. */
function parseHost(host: string): URL | string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(host)?.[0].toLowerCase();
  if (scheme !== undefined && scheme !== 'https://' && scheme !== 'http://') {
    return 'is not a host; write HOST or HOST:PORT, such as gw-a.example.com:8443';
  }
  let url: URL;
  try {
    url = new URL(scheme === undefined ? `https://${host}` : host);
  } catch {
    return 'is not a host; write HOST or HOST:PORT, such as gw-a.example.com:8443';
  }
  if (url.username !== '' || url.password !== '')
    return 'contains a user name; credentials go into api_key_id and api_key_secret';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return 'has something behind the host; write HOST or HOST:PORT only';
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return 'would send the credentials unencrypted; http:// is for loopback hosts only, leave it away for https';
  }
  return url;
}

/** A host template that needs a value which the resource does not name. */
export class HostTemplateError extends Error {
  override readonly name = 'HostTemplateError';
}

/**
 * The base URLs of a target with these names, in order.
 * @throws HostTemplateError when a template names what the target does not have.
 */
export function endpointsOf(templates: readonly string[], names: TargetNames): URL[] {
  return templates.map((template) => {
    const host = template.replace(/\{([^{}]*)\}/g, (_, name: string) => {
      const value = isPlaceholder(name) ? names[name] : undefined;
      if (value === undefined) {
        throw new HostTemplateError(
          `api_host "${template}" contains {${name}}, but this resource is not addressed by ${name}. ` +
            `Address it by ${name}, or name the host outright.`,
        );
      }
      return value;
    });
    const url = parseHost(host);
    if (typeof url === 'string') throw new HostTemplateError(`api_host "${host}" ${url}.`);
    return url;
  });
}
