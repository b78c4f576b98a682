import { isIP } from 'node:net';
import type { TargetNames } from './target';

/** The default `api_host`: Trustgrid's portal. */
export const DEFAULT_HOST = 'api.trustgrid.io';

type Placeholder = Exclude<keyof TargetNames, 'nodes'>;
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
 * The base URLs of a target with these names, in order, each once. A template that asks for a name which the target does not have is
 * passed over for the others: `api_hosts = ["{node_fqdn}:8443", "gw-a.example.com:8443"]` serves nodes and clusters.
 * @throws HostTemplateError when no template is left.
 */
export function endpointsOf(templates: readonly string[], names: TargetNames): URL[] {
  const hosts = templates.flatMap((template) => filled(template, names) ?? []);
  if (hosts.length === 0) throw new HostTemplateError(cannotFill(templates[0] ?? '', names));
  return [...new Set(hosts)].map((host) => {
    const url = parseHost(host);
    if (typeof url === 'string') throw new HostTemplateError(`api_host "${host}" ${url}.`);
    return url;
  });
}

/** The hosts that a template stands for; null when it asks for a name that is not there. */
function filled(template: string, names: TargetNames): string[] | null {
  const nodes: readonly (string | undefined)[] =
    names.node_fqdn === undefined && names.nodes !== undefined ? names.nodes : [names.node_fqdn];
  const hosts = nodes.map((node_fqdn) => {
    const values: TargetNames = { ...names, ...(node_fqdn !== undefined && { node_fqdn }) };
    const missing = placeholdersIn(template).some((name) => values[name] === undefined);
    return missing ? null : template.replace(/\{([^{}]*)\}/g, (_, name: Placeholder) => values[name] ?? '');
  });
  const whole = hosts.filter((host) => host !== null);
  return whole.length === 0 ? null : whole;
}

const placeholdersIn = (template: string): Placeholder[] =>
  [...template.matchAll(/\{([^{}]*)\}/g)]
    .map(([, name]) => name)
    .filter((name) => isPlaceholder(name ?? '')) as Placeholder[];

function cannotFill(template: string, names: TargetNames): string {
  const missing = placeholdersIn(template).find((name) => names[name] === undefined) ?? '';
  const wayOut =
    missing === 'node_fqdn' && names.node_id === undefined
      ? 'Name the nodes through which the cluster is reached in node_fqdns, or name hosts outright in api_hosts.'
      : `Address it by ${missing}, or name the host outright.`;
  return `api_host "${template}" contains {${missing}}, but this resource is not addressed by ${missing}. ${wayOut}`;
}
