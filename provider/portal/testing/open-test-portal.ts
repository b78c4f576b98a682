import type { PortalLog } from '../client';
import { openPortal } from '../open-portal';
import type { Portal } from '../portal';
import type { PortalSettings, PortalTiming } from '../settings';
import { FAST_TIMING } from './fast-timing';

export const SECRET = 's3cr3t/+"value';

/** A portal with credentials, without proxies, and a record of what it logged. */
export function openTestPortal(
  hosts: readonly string[],
  settings: Partial<PortalSettings> = {},
  timing: Partial<PortalTiming> = {},
): { portal: Portal; log: string[] } {
  const log: string[] = [];
  const write =
    (level: string): ((...args: Parameters<PortalLog> extends [unknown, ...infer R] ? R : never) => void) =>
    (message, fields) =>
      void log.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const sink = { trace: write('trace'), debug: write('debug'), info: write('info'), warn: write('warn') };
  const portal = openPortal(
    {
      hosts,
      credentials: { kind: 'key', id: 'terraform', secret: SECRET },
      tls: {},
      userAgent: 'test',
      environment: {},
      ...settings,
    },
    sink,
    { ...FAST_TIMING, ...timing },
  );
  return { portal, log };
}
