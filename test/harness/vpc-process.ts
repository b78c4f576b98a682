import type { CallRecord, Fault, PolicyDocument, PolicyUse, Timing } from '@tg/vpc';
import { startChild } from './child';

/** The VPC emulator as a process of its own, steered over its control API. */
export interface VpcProcess {
  readonly endpoint: string;
  /** Opens the metadata listener of an instance. */
  imds(instanceId: string): Promise<string>;
  /** Replaces the policy of the instance's role; null puts back the default. */
  setPolicy(instanceId: string, policy: PolicyDocument | null): Promise<void>;
  policyUse(instanceId: string): Promise<PolicyUse>;
  addFault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  calls(): Promise<CallRecord[]>;
  clearCalls(): Promise<void>;
  setTiming(timing: Partial<Timing>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `vpc.cjs` on a free port: the fake EC2, or with `upstream` the proxy in front of a LocalStack. */
export async function startVpcProcess(bundle: string, upstream?: string): Promise<VpcProcess> {
  const args = [bundle, '--port', '0', ...(upstream === undefined ? [] : ['--upstream', upstream])];
  const child = await startChild(process.execPath, args, { name: 'vpc' });
  let endpoint: string;
  try {
    endpoint = (await child.line(/^vpc ready (http:\/\/\S+)$/m, 30_000))[1]!;
  } catch (error) {
    await child.stop();
    throw error;
  }
  const control = (method: string, path: string, body?: unknown) => callControl(endpoint, method, path, body);
  return {
    endpoint,
    imds: async (instanceId) => ((await control('POST', 'imds', { instanceId })) as { endpoint: string }).endpoint,
    setPolicy: async (instanceId, policy) => {
      await (policy === null
        ? control('DELETE', `instances/${instanceId}/policy`)
        : control('PUT', `instances/${instanceId}/policy`, policy));
    },
    policyUse: async (instanceId) => (await control('GET', `instances/${instanceId}/policy-use`)) as PolicyUse,
    addFault: async (fault) => {
      await control('POST', 'faults', fault);
    },
    clearFaults: async () => {
      await control('DELETE', 'faults');
    },
    calls: async () => (await control('GET', 'calls')) as CallRecord[],
    clearCalls: async () => {
      await control('DELETE', 'calls');
    },
    setTiming: async (timing) => {
      await control('PUT', 'timing', timing);
    },
    stop: async () => {
      await child.stop();
    },
  };
}

async function callControl(endpoint: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${endpoint}/_vpc/${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`vpc: ${method} /_vpc/${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
