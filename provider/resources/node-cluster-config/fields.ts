import { isUnknown } from '../../framework/cty/unknown';
import type { HeartbeatChange, HeartbeatField, HeartbeatValues } from '../../portal/heartbeat-text';
import type { NodeClusterConfigPlan, NodeClusterConfigState } from './schema';

/** The attributes that are fields of `config.cluster`, and what the API calls them. */
export const FIELD_OF = {
  enabled: 'enabled',
  host: 'host',
  port: 'port',
  status_host: 'statusHost',
  status_port: 'statusPort',
} as const satisfies Readonly<Record<string, HeartbeatField>>;

type FieldAttribute = keyof typeof FIELD_OF;
const ATTRIBUTES = Object.keys(FIELD_OF) as FieldAttribute[];

/** Every field that the plan knows: what it leaves open stays as the node has it. */
export function changeFrom(planned: NodeClusterConfigPlan): HeartbeatChange {
  const known = ATTRIBUTES.filter((name) => !isUnknown(planned[name]));
  return Object.fromEntries(known.map((name) => [FIELD_OF[name], planned[name]]));
}

/** The planned state with what was left open filled in from what was written. */
export function complete(planned: NodeClusterConfigPlan, id: string, written: HeartbeatValues): NodeClusterConfigState {
  const fields = ATTRIBUTES.map((name) => [name, isUnknown(planned[name]) ? written[FIELD_OF[name]] : planned[name]]);
  return { ...planned, ...Object.fromEntries(fields), id } as NodeClusterConfigState;
}

/** The state as the node has it now. */
export function refreshed(state: NodeClusterConfigState, actual: HeartbeatValues): NodeClusterConfigState {
  const fields = ATTRIBUTES.map((name) => [name, actual[FIELD_OF[name]]]);
  return { ...state, ...Object.fromEntries(fields) } as NodeClusterConfigState;
}
