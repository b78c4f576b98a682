import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { NodeStatus } from '@tg/api';
import type { Daemon } from '../harness/daemon';

/** Speaks to a daemon's config API as a program would: one connection, kept open. */
export interface ApiClient {
  /** Rejects with what the daemon said unless it answers 200. */
  call(method: 'GET' | 'PUT', path: string, body?: unknown): Promise<unknown>;
  status(): Promise<NodeStatus>;
  close(): void;
}

const TIMEOUT_MS = 10_000;

export function connectApi(daemon: Daemon): ApiClient {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(daemon.caFile) });
  const { id, secret } = daemon.apiKey;
  const call = (method: string, path: string, body?: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        authorization: `trustgrid-token ${id}:${secret}`,
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      };
      const fail = (what: string) => reject(new Error(`${daemon.fqdn}: ${method} ${path}: ${what}`));
      const sent = request(`https://${daemon.apiHost}${path}`, { method, agent, headers, timeout: TIMEOUT_MS });
      sent.on('timeout', () => sent.destroy(new Error(`no answer for ${TIMEOUT_MS / 1000} s`)));
      sent.on('error', (error) => fail(error.message));
      sent.on('response', (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
        response.on('error', (error) => fail(error.message));
        response.on('end', () => {
          if (response.statusCode !== 200) fail(`${String(response.statusCode)} ${answer}`);
          else resolve(answer === '' ? null : JSON.parse(answer));
        });
      });
      sent.end(text);
    });
  return {
    call,
    status: async () => NodeStatus.parse(await call('GET', `/node/${daemon.uid}/status`)),
    close: () => agent.destroy(),
  };
}
