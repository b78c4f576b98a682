import { DEFAULT_TIMING } from '../settings';
import type { PortalSettings } from '../settings';
import { PortalError } from '../portal-error';
import { openPortal } from '../open-portal';

/** One try of the client in a process of its own; printed is what became of it. */
export interface Exercise {
  readonly host: string;
  readonly tls?: PortalSettings['tls'];
  readonly environment?: Record<string, string>;
  readonly answer?: number;
  readonly connect?: number;
  /** Give up after so many milliseconds. */
  readonly abortAfter?: number;
  readonly write?: boolean;
}

const silent = (): void => undefined;

async function exercise({ host, tls = {}, environment = {}, write, abortAfter, ...timing }: Exercise): Promise<string> {
  const portal = openPortal(
    { hosts: [host], credentials: { kind: 'key', id: 'k', secret: 'secret' }, tls, userAgent: 'exercise', environment },
    { trace: silent, debug: silent, info: silent, warn: silent },
    { ...DEFAULT_TIMING, retryFirst: 1, retryMost: 2, ...timing },
  );
  const target = { kind: 'node-fqdn', fqdn: 'gw-a.example.com' } as const;
  const controller = new AbortController();
  if (abortAfter !== undefined) setTimeout(() => controller.abort(new Error('enough')), abortAfter);
  try {
    if (write !== true) return `read ${(await portal.readFresh(target, controller.signal))?.network ?? 'nothing'}`;
    const done = await portal.write(target, () => ({ text: '{"darkMode":true}', result: 0 }), controller.signal);
    return `written, version ${String(done.version)}`;
  } catch (error) {
    return error instanceof PortalError ? `${error.kind}: ${error.message}` : String(error);
  } finally {
    portal.close();
  }
}

void (async () => {
  const results: string[] = [];
  for (const one of JSON.parse(process.argv[2] ?? '[]') as Exercise[]) results.push(await exercise(one));
  process.stdout.write(JSON.stringify(results));
})();
