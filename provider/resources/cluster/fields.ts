import { isUnknown } from '../../framework/cty/unknown';
import type { ClusterConfig, ClusterPlan, ClusterState } from './schema';

/** Attributes that are fields of the cluster under the same name. */
const FIELDS = ['mode', 'timeout', 'handover'] as const;

/** A cluster's fields as the API has them; one that the server does not know is null. */
export type ClusterFields = Pick<ClusterState, (typeof FIELDS)[number]>;

/** The fields of `GET /cluster/{fqdn}`. */
export function fieldsIn(document: Readonly<Record<string, unknown>>): ClusterFields {
  const { mode, timeout, handover } = document;
  return {
    mode: typeof mode === 'string' ? mode : null,
    timeout: typeof timeout === 'number' ? timeout : null,
    handover: typeof handover === 'string' ? handover : null,
  };
}

/** The fields that the configuration names and that are not yet so. At apply the configuration is wholly known. */
export function changeFrom(config: ClusterConfig, actual: ClusterFields | null): Partial<ClusterFields> {
  const wanted = FIELDS.map((name) => [name, config[name]] as const);
  return Object.fromEntries(wanted.filter(([name, value]) => value !== null && value !== actual?.[name]));
}

/** The planned state with what was left open filled in. */
export function complete(planned: ClusterPlan, fqdn: string, actual: ClusterFields): ClusterState {
  const fields = FIELDS.map((name) => [name, isUnknown(planned[name]) ? actual[name] : planned[name]]);
  return { ...planned, ...Object.fromEntries(fields), id: fqdn, fqdn } as ClusterState;
}
