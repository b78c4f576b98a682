import type { Diagnostic } from '../../framework/schema/diagnostic';
import { errorOf, warningOf } from '../../framework/schema/diagnostic';
import type { Held, ResourceOperations } from '../../framework/server/resource-definition';
import { NO_PAYLOAD } from '../../portal/client';
import { PortalError } from '../../portal/portal-error';
import { sleep } from '../../portal/sleep';
import type { ClusterTarget } from '../../portal/target';
import { describeTarget, namesOf } from '../../portal/target';
import type { TgProvider } from '../../tg-provider';
import { diagnosticOf, hasKind } from '../diagnose';
import { CLUSTER_FORMS, parseCluster } from '../import-names';
import { throughNodes } from '../node-attributes';
import type { Reach } from '../within';
import { within } from '../within';
import type { ClusterFields } from './fields';
import { changeFrom, complete, fieldsIn } from './fields';
import type { ClusterConfig, ClusterState, clusterSchema } from './schema';
import { DEFAULT_TIMEOUTS } from './schema';

type Schema = typeof clusterSchema;

/** `tg_cluster`. */
export const clusterOperations: ResourceOperations<Schema, TgProvider> = {
  create: ({ config, planned }, context) => {
    const { name, node_fqdns, timeouts } = planned as ClusterState;
    return within('create', timeouts, DEFAULT_TIMEOUTS, context, async (reach): Promise<Held<Schema>> => {
      const what = `cluster ${name}`;
      let target: ClusterTarget | null = null;
      try {
        target = await newTarget(reach, name, node_fqdns);
        if ((await reach.portal.readFresh(target, reach.signal)) !== null)
          return { state: null, diagnostics: [exists(target)] };
        await make(reach, target, { name, ...changeFrom(config, null) });
      } catch (error) {
        // What may have been made must not be lost.
        const state =
          target !== null && hasKind(error, 'unknown-outcome') ? complete(planned, target.fqdn, NOT_KNOWN) : null;
        return { state, diagnostics: [diagnosticOf(error, what)] };
      }
      const { fields, diagnostics } = await bring(reach, target, config);
      return { state: complete(planned, target.fqdn, fields ?? NOT_KNOWN), diagnostics };
    });
  },

  read: ({ state }, context) =>
    within('read', state.timeouts, DEFAULT_TIMEOUTS, context, async ({ portal, signal }) => {
      const target = targetOf(state);
      try {
        const document = await portal.read(target, signal);
        if (document === null) return { state: null };
        const { name } = document.fields;
        return {
          state: { ...state, ...fieldsIn(document.fields), name: typeof name === 'string' ? name : state.name },
        };
      } catch (error) {
        return { state, diagnostics: [diagnosticOf(error, describeTarget(target))] };
      }
    }),

  update: ({ config, prior, planned }, context) => {
    const { node_fqdns, timeouts } = planned as ClusterState;
    return within('update', timeouts, DEFAULT_TIMEOUTS, context, async (reach) => {
      const target = targetOf({ fqdn: prior.fqdn, node_fqdns });
      const { fields, diagnostics } = await bring(reach, target, config);
      if (fields !== null && diagnostics.length === 0) return { state: complete(planned, target.fqdn, fields) };
      return { state: { ...prior, ...fields }, diagnostics };
    });
  },

  delete: ({ prior }, context) =>
    within('delete', prior.timeouts, DEFAULT_TIMEOUTS, context, async (reach) => {
      const target = targetOf(prior);
      try {
        return { state: null, diagnostics: await remove(reach, target) };
      } catch (error) {
        return { state: prior, diagnostics: [diagnosticOf(error, describeTarget(target))] };
      }
    }),

  import: (id) => {
    const cluster = parseCluster(id);
    if (cluster === null) {
      const why = `"${id}" is not an import id of tg_cluster. Write ${CLUSTER_FORMS}.`;
      return Promise.resolve({ state: null, diagnostics: [errorOf('Import id not understood', why)] });
    }
    const { fqdn, nodeFqdns } = cluster;
    const name = fqdn.split('.')[0] ?? fqdn;
    return Promise.resolve({
      state: { id: fqdn, name, fqdn, ...NOT_KNOWN, node_fqdns: nodeFqdns, timeouts: null },
    });
  },
};

const NOT_KNOWN: ClusterFields = { mode: null, timeout: null, handover: null };

function targetOf({ fqdn, node_fqdns }: Pick<ClusterState, 'fqdn' | 'node_fqdns'>): ClusterTarget {
  return { kind: 'cluster', fqdn: fqdn ?? '', ...throughNodes(node_fqdns) };
}

/** The API makes the FQDN of the name and the organisation's domain. */
async function newTarget({ portal }: Reach, name: string, nodeFqdns: readonly string[] | null): Promise<ClusterTarget> {
  const through = throughNodes(nodeFqdns);
  const mine = await portal.organisation(nodeFqdns === null ? {} : { nodes: nodeFqdns });
  const domain = mine?.domain ?? '';
  return { kind: 'cluster', fqdn: domain === '' ? name : `${name}.${domain}`, ...through };
}

const exists = ({ fqdn }: ClusterTarget): Diagnostic =>
  errorOf(
    'Cluster exists already',
    `There is a cluster ${fqdn} already. Take it over with \`terraform import\` and the id ${fqdn}, or choose another name.`,
  );

async function make({ portal, signal }: Reach, target: ClusterTarget, fields: object): Promise<void> {
  try {
    const body = JSON.stringify(fields);
    await portal.call(namesOf(target), { method: 'POST', path: '/cluster', body }, signal);
  } catch (error) {
    // It was not there before; if it is now, the request that was not answered made it.
    if (!hasKind(error, 'unknown-outcome') || signal.aborted) throw error;
    if ((await portal.readFresh(target, signal)) === null) throw error;
  }
}

/** Changes the fields that differ from the configuration, and looks whether they are then as wanted. `fields` null: nobody could say. */
async function bring(
  reach: Reach,
  target: ClusterTarget,
  config: ClusterConfig,
): Promise<{ readonly fields: ClusterFields | null; readonly diagnostics: readonly Diagnostic[] }> {
  const what = describeTarget(target);
  let fields: ClusterFields | null = null;
  try {
    fields = await readFields(reach, target);
    const change = changeFrom(config, fields);
    if (Object.keys(change).length === 0) return { fields, diagnostics: [] };
    fields = await writeFields(reach, target, change);
    const left = Object.entries(changeFrom(config, fields));
    if (left.length === 0) return { fields, diagnostics: [] };
    const refused = left.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(', ');
    const why = `${what}: the server took the change without an error, but does not show ${refused} afterwards. The Trustgrid portal knows no timeout and no handover; leave them away there.`;
    return { fields, diagnostics: [errorOf('Change not in force', why)] };
  } catch (error) {
    return { fields, diagnostics: [diagnosticOf(error, what)] };
  }
}

async function readFields({ portal, signal }: Reach, target: ClusterTarget): Promise<ClusterFields> {
  const document = await portal.readFresh(target, signal);
  return document === null ? NOT_KNOWN : fieldsIn(document.fields);
}

async function writeFields(
  reach: Reach,
  target: ClusterTarget,
  change: Partial<ClusterFields>,
): Promise<ClusterFields> {
  const { portal, signal } = reach;
  const { path, names } = await portal.locate(target, signal);
  try {
    await portal.call(names, { method: 'PUT', path, body: JSON.stringify(change) }, signal);
  } catch (error) {
    if (!hasKind(error, 'unknown-outcome') || signal.aborted) throw error;
    const fields = await readFields(reach, target);
    if (Object.entries(change).some(([name, value]) => fields[name as keyof ClusterFields] !== value)) throw error;
    return fields;
  }
  return readFields(reach, target);
}

/** How often a removal is asked for at most: a pair of members that left may each still know the empty cluster. */
const MOST_REMOVALS = 8;
const MOST_UNANSWERED = 3;

/** Removes the cluster until no host knows it. */
async function remove({ portal, signal }: Reach, target: ClusterTarget): Promise<Diagnostic[]> {
  const { path, names } = await portal.locate(target, signal);
  let removed = false;
  let unanswered = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      await portal.call(names, { method: 'DELETE', path, body: NO_PAYLOAD }, signal);
      removed = true;
    } catch (error) {
      if (hasKind(error, 'not-found')) return [];
      if (removed && hasKind(error, 'unreachable')) {
        return [warningOf('Cluster may be known elsewhere', `${describeTarget(target)} was removed. ${error.message}`)];
      }
      // Whether it was done, the next answer tells.
      if (!hasKind(error, 'unknown-outcome') || signal.aborted || ++unanswered >= MOST_UNANSWERED) throw error;
      await sleep(Math.min(portal.retryFirst * unanswered, portal.retryMost), signal);
    }
    if (attempt >= MOST_REMOVALS) {
      const why = `${path} was removed ${MOST_REMOVALS} times without an error, and is still there. Check that api_host names the servers of this cluster only.`;
      throw new PortalError('protocol', why);
    }
  }
}
