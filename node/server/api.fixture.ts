import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding, InterfaceStatus, NetworkConfig, NodeStatus } from '@tg/api';
import type { ConfigStore } from '../store/config-store';
import { openFileConfigStore } from '../store/file-config-store';
import { type ApiContext, createApp } from './app';

export const UID = '5d0f0000-0000-4000-8000-000000000001';
export const FQDN = 'gw-a.example.com';
export const SECRET = 's3cret:with:colons';
export const KEY = `trustgrid-token terraform:${SECRET}`;
export const network: NetworkConfig = { interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50' }] };

/** An API on a real store, with a node that says what the test says. */
export interface TestApi {
  app: ReturnType<typeof createApp>;
  store: ConfigStore;
  findings: Finding[];
  interfaces: InterfaceStatus[];
  closing: AbortController;
  logged: { level: string; message: string; data: unknown }[];
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  dispose(): void;
}

export async function createTestApi(parts: Partial<ApiContext> = {}): Promise<TestApi> {
  const dir = mkdtempSync(join(tmpdir(), 'tg-api-'));
  const store = await openFileConfigStore(dir, { onWarning: () => undefined });
  const findings: Finding[] = [];
  const interfaces: InterfaceStatus[] = [];
  const logged: TestApi['logged'] = [];
  const closing = new AbortController();
  const status = (): NodeStatus => ({
    uid: UID,
    fqdn: FQDN,
    daemon: { version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z' },
    role: 'active',
    configVersion: store.current().version,
    interfaces,
    problems: [],
    refusals: [...store.current().refusals],
  });
  const app = createApp({
    uid: UID,
    fqdn: FQDN,
    tokens: [{ id: 'terraform', secret_sha256: createHash('sha256').update(SECRET).digest('hex') }],
    store,
    check: () => Promise.resolve(findings),
    status,
    closing: closing.signal,
    log: (level, message, data) => logged.push({ level, message, data }),
    ...parts,
  });
  return {
    app,
    store,
    findings,
    interfaces,
    closing,
    logged,
    call: async (method, path, body, headers = {}) =>
      app.request(
        path,
        {
          method,
          headers: { authorization: KEY, ...headers },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        },
        {},
      ),
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  };
}
