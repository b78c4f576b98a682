import type { PortalLog } from './client';
import { ApiClient } from './client';
import { Portal } from './portal';
import type { PortalSettings, PortalTiming } from './settings';
import { DEFAULT_TIMING } from './settings';

/** The part of a logger that this folder writes to. */
export type LogSink = Readonly<
  Record<'trace' | 'debug' | 'info' | 'warn', (message: string, fields?: Record<string, unknown>) => void>
>;

/** The config API behind these settings. No connection is opened before something is asked. */
export function openPortal(settings: PortalSettings, log: LogSink, timing: PortalTiming = DEFAULT_TIMING): Portal {
  const write: PortalLog = (level, message, fields) => log[level](message, fields);
  return new Portal(new ApiClient(settings, timing, write), settings.orgId);
}
