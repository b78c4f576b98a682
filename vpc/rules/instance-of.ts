import { refuse } from './refusal';
import type { Instance, VpcState } from './state';

/** The instance of that id. Refuses a malformed id and an unknown one as AWS does. */
export function instanceOf(state: VpcState, instanceId: string): Instance {
  if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(instanceId)) throw refuse.instanceMalformed(instanceId);
  const instance = state.instances.get(instanceId);
  if (!instance) throw refuse.instanceMissing(instanceId);
  return instance;
}
