import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ClusterSection } from '../cluster-section';
import { DaemonConfig } from '../daemon-config';
import { sentencesOf } from '../server/sentences';
import { CommandFailure } from './failure';

/** Where node.yaml is when no `--config` says otherwise. */
export const DEFAULT_CONFIG = '/etc/tg-node/node.yaml';

/** Reads node.yaml; paths in it are relative to its folder. Rejects with every complaint, each naming its field. */
export async function loadConfig(path: string): Promise<DaemonConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'there is no such file; make one with tg-node init' : (cause as Error).message;
    throw new CommandFailure(`cannot read ${path}: ${why}.`, 1, { cause });
  }
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new CommandFailure(`${path} is not YAML: ${error.message}`);
  const body: unknown = document.toJS() ?? {};
  const parsed = DaemonConfig.safeParse(body);
  if (!parsed.success) {
    throw new CommandFailure([`${path} is wrong:`, ...sentencesOf(parsed.error, body).map((s) => `  ${s}`)].join('\n'));
  }
  const config = parsed.data;
  const absolute = (file: string) => resolve(dirname(resolve(path)), file);
  const { tls } = config.listen;
  const { cluster } = config;
  return {
    ...config,
    ...(cluster === undefined ? {} : { cluster: withAbsolutePaths(cluster, absolute) }),
    data_dir: absolute(config.data_dir),
    listen: {
      ...config.listen,
      ...(tls === undefined ? {} : { tls: { cert_file: absolute(tls.cert_file), key_file: absolute(tls.key_file) } }),
    },
  };
}

function withAbsolutePaths(section: ClusterSection, absolute: (file: string) => string): ClusterSection {
  const { key_file, tls } = section;
  return {
    ...section,
    ...(key_file === undefined ? {} : { key_file: absolute(key_file) }),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            cert_file: absolute(tls.cert_file),
            key_file: absolute(tls.key_file),
            ca_file: absolute(tls.ca_file),
          },
        }),
  };
}
