import { randomInt } from 'node:crypto';
import { FakeBackend } from './fake/fake-backend';
import { checkPolicy } from './iam/check-policy';
import { policyUse } from './iam/policy-use';
import { ImdsListener } from './imds/listener';
import { ProxyBackend } from './proxy/proxy-backend';
import type { Backend } from './server/backend';
import { SYSTEM_CLOCK } from './server/clock';
import { control } from './server/control-api';
import { Engine } from './server/engine';
import { createEndpoint } from './server/http-endpoint';
import { listen, stop } from './server/listen';
import type { RunningVpc, VpcOptions } from './server/running-vpc';
import { changeTiming } from './server/settings';

/** Starts a VPC emulator; resolves when it serves. Rejects with a sentence when it cannot. */
export async function startVpc(options: VpcOptions = {}): Promise<RunningVpc> {
  const host = options.host ?? '127.0.0.1';
  const engine = new Engine(await openBackend(options), SYSTEM_CLOCK);
  const { backend } = engine;
  const listeners = new Map<string, Promise<ImdsListener & { endpoint: string }>>();

  async function closeListeners(): Promise<void> {
    const open = [...listeners.values()];
    listeners.clear();
    await Promise.all(open.map(async (listener) => (await listener).close()));
  }

  async function requireInstance(instanceId: string) {
    const state = await backend.state({ kind: 'now' });
    const instance = state.instances.get(instanceId);
    if (!instance) throw new Error(`There is no instance ${instanceId}: launch it with RunInstances first.`);
    return state;
  }

  const server = createEndpoint({
    query: (request) => engine.handle(request),
    control: (method, path, body) => control(vpc, method, path, body),
  });

  const vpc: RunningVpc = {
    endpoint: await listen(server, host, options.port ?? 0),
    region: backend.region,
    account: backend.account,
    kind: backend.kind,
    async imds(instanceId) {
      await requireInstance(instanceId);
      const open = listeners.get(instanceId) ?? ImdsListener.open(engine, instanceId, host);
      listeners.set(instanceId, open);
      return { endpoint: (await open).endpoint };
    },
    setPolicy(instanceId, policy) {
      engine.setPolicy(instanceId, policy === null ? null : checkPolicy(policy));
    },
    async policy(instanceId) {
      return engine.policyOf(instanceId, await requireInstance(instanceId));
    },
    async policyUse(instanceId) {
      const own = engine
        .calls()
        .filter(({ principal }) => principal.kind === 'instance' && principal.instanceId === instanceId);
      return policyUse(await vpc.policy(instanceId), own);
    },
    addFault: (fault) => engine.faults.add(fault),
    clearFaults: () => engine.faults.clear(),
    calls: () => engine.calls(),
    clearCalls: () => engine.clearCalls(),
    onCall: (listener) => engine.onCall(listener),
    onState(listener) {
      if (backend.onState === null) throw new Error('A proxy does not know when the state of its upstream changes.');
      return backend.onState(listener);
    },
    timing: () => engine.timing,
    setTiming(change) {
      engine.timing = changeTiming(engine.timing, change);
    },
    async reset() {
      await closeListeners();
      await engine.reset();
    },
    async close() {
      await closeListeners();
      await stop(server);
    },
  };
  return vpc;
}

async function openBackend(options: VpcOptions): Promise<Backend> {
  const region = options.region ?? 'us-east-1';
  if (options.upstream !== undefined) return ProxyBackend.open(options.upstream, region, SYSTEM_CLOCK);
  const seed = options.seed ?? randomInt(2 ** 31);
  return new FakeBackend(region, options.account ?? '123456789012', seed, SYSTEM_CLOCK);
}
