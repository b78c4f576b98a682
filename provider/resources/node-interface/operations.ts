import type { Diagnostic } from '../../framework/schema/diagnostic';
import { warningOf } from '../../framework/schema/diagnostic';
import type { Held, OperationContext, ResourceOperations } from '../../framework/server/resource-definition';
import { readInterface } from '../../portal/interface-text';
import { PortalError } from '../../portal/portal-error';
import { describeTarget } from '../../portal/target';
import type { TgProvider } from '../../tg-provider';
import { diagnosticOf } from './diagnose';
import { idOf } from './endpoint-of';
import { changeFrom, complete, namedIn, refreshed } from './fields';
import { importInterface } from './import';
import { NOTHING_OWNED, ownershipOf, privateOf, withNamed } from './ownership';
import { planInterface } from './plan';
import { releaseInterface } from './release';
import type { NodeInterfaceConfig, NodeInterfacePlan, NodeInterfaceState, nodeInterfaceSchema } from './schema';
import type { Work } from './work';
import { within } from './work';
import { writeInterface } from './write';

type Schema = typeof nodeInterfaceSchema;

/** `tg_node_interface`. */
export const nodeInterfaceOperations: ResourceOperations<Schema, TgProvider> = {
  plan: planInterface,
  import: (id) => Promise.resolve(importInterface(id)),

  create: ({ config, planned }, context) =>
    within('create', addressed(planned), context, async (work) => {
      const { inForce, diagnostics } = await writeInterface(work, knownChange(config));
      if (inForce === null) return { state: null, diagnostics };
      return {
        state: complete(planned, idOf(work.target, work.nic), inForce.values),
        private: privateOf(withNamed({ ...NOTHING_OWNED, made: inForce.created }, namedIn(config))),
        diagnostics,
      };
    }),

  read: ({ state }, context) => within('read', state, context, (work) => refresh(work, state, context)),

  update: ({ config, prior, planned, private: kept }, context) =>
    within('update', addressed(planned), context, async (work) => {
      const { inForce, diagnostics } = await writeInterface(work, knownChange(config));
      if (inForce === null) return { state: prior, private: kept, diagnostics };
      const before = ownershipOf(kept);
      return {
        state: complete(planned, idOf(work.target, work.nic), inForce.values),
        private: privateOf(withNamed({ ...before, made: before.made || inForce.created }, namedIn(config))),
        diagnostics,
      };
    }),

  delete: ({ prior, private: kept }, context) =>
    within('delete', prior, context, async (work) => {
      const { gone, diagnostics } = await releaseInterface(work, prior, ownershipOf(kept));
      return { state: gone ? null : prior, private: gone ? {} : kept, diagnostics };
    }),
};

async function refresh(
  work: Work,
  state: NodeInterfaceState,
  context: OperationContext<TgProvider>,
): Promise<Held<Schema>> {
  try {
    const document = await work.portal.read(work.target, work.signal);
    const actual = document === null ? null : readInterface(document.network, work.nic);
    if (actual === null) {
      context.log.info('the interface is gone', {
        nic: work.nic,
        target: describeTarget(work.target),
        target_found: document !== null,
      });
      return { state: null };
    }
    return {
      state: refreshed(state, idOf(work.target, work.nic), actual),
      diagnostics: await troubleOf(work, context),
    };
  } catch (error) {
    return { state, diagnostics: [diagnosticOf(error, work.what)] };
  }
}

/** A warning when the node has not applied the interface's config. That the node cannot tell is no trouble. */
async function troubleOf(
  { portal, target, nic, what, signal }: Work,
  context: OperationContext<TgProvider>,
): Promise<Diagnostic[]> {
  try {
    const status = await portal.status(target, signal);
    const entry = status?.interfaces.find((i) => i.nic === nic);
    if (entry === undefined || entry.state === 'applied') return [];
    const doing =
      entry.clusterIP === null
        ? 'is still releasing its former cluster IP'
        : `has not applied cluster IP ${entry.clusterIP}`;
    const because = entry.problem?.message ?? `state ${entry.state}: on the ENI ${entry.eni}, on the NIC ${entry.os}`;
    return [warningOf('Interface not applied', `${what}: the node ${doing} and goes on trying. ${because}`)];
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    context.log.debug('the node does not tell its status', { because: error.message });
    return [];
  }
}

/** At apply the configuration is wholly known. */
function knownChange(config: NodeInterfaceConfig) {
  const change = changeFrom(config);
  if (change === null) throw new Error('the configuration is not wholly known at apply');
  return change;
}

function addressed(planned: NodeInterfacePlan) {
  const { node_fqdn, node_id, cluster_fqdn, nic, timeouts } = planned;
  return { node_fqdn, node_id, cluster_fqdn, nic, timeouts } as Pick<
    NodeInterfaceState,
    'node_fqdn' | 'node_id' | 'cluster_fqdn' | 'nic' | 'timeouts'
  >;
}
