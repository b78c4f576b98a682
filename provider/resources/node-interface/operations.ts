import type { InterfaceStatus } from '@tg/api';
import type { Diagnostic } from '../../framework/schema/diagnostic';
import { warningOf } from '../../framework/schema/diagnostic';
import type { Held, OperationContext, ResourceOperations } from '../../framework/server/resource-definition';
import type { InterfaceValues } from '../../portal/interface-fields';
import { FIELD_NAMES } from '../../portal/interface-fields';
import { readInterface } from '../../portal/interface-text';
import { PortalError } from '../../portal/portal-error';
import { oneLine } from '../../portal/redact';
import { describeTarget } from '../../portal/target';
import type { TgProvider } from '../../tg-provider';
import { deadline } from '../deadline';
import { untaintAdvice } from '../untaint-advice';
import { idOf } from './endpoint-of';
import { changeFrom, complete, namedIn, refreshed } from './fields';
import { interfaceDiagnostic } from './findings';
import { importInterface } from './import';
import { NOTHING_OWNED, ownershipOf, privateOf, withNamed } from './ownership';
import { planInterface } from './plan';
import { releaseInterface } from './release';
import type { NodeInterfaceConfig, NodeInterfacePlan, NodeInterfaceState, nodeInterfaceSchema } from './schema';
import type { Work } from './work';
import { within } from './work';
import { writeInterface } from './write';

type Schema = typeof nodeInterfaceSchema;

/** An interface without any field. */
const NOTHING_SET = Object.fromEntries(FIELD_NAMES.map((name) => [name, null])) as InterfaceValues;

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
        diagnostics: diagnostics.map(untaintAdvice('release the address and assign it again')),
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
    if (document !== null && actual === null) {
      const releasing = await stillReleasing(work, context);
      if (releasing.length > 0) {
        const emptied = refreshed(state, idOf(work.target, work.nic), NOTHING_SET);
        return { state: emptied, diagnostics: releasing };
      }
    }
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
    return { state, diagnostics: [interfaceDiagnostic(error, work.what)] };
  }
}

/** How long a refresh waits for a node's status, in milliseconds. */
const STATUS_MS = 5_000;

/** A warning when the node has not applied the interface's config. That the node cannot tell is no trouble. */
async function troubleOf(work: Work, context: OperationContext<TgProvider>): Promise<Diagnostic[]> {
  const { entry, unknown } = await statusOf(work, context);
  if (unknown !== null) return [unknown];
  if (entry === null || entry.state === 'applied') return [];
  const doing =
    entry.clusterIP === null
      ? 'is still releasing its former cluster IP'
      : `has not applied cluster IP ${oneLine(entry.clusterIP)}`;
  return [
    warningOf('Interface not applied', `${work.what}: the node ${doing} and goes on trying. ${becauseOf(entry)}`),
  ];
}

/** A warning when the interface has no entry any more, but the node still holds its address: the release is not over. */
async function stillReleasing(work: Work, context: OperationContext<TgProvider>): Promise<Diagnostic[]> {
  const { entry } = await statusOf(work, context);
  if (entry === null || (entry.state === 'applied' && entry.releasing.length === 0)) return [];
  const held = entry.releasing.length === 0 ? 'its former cluster IP' : oneLine(entry.releasing.join(', '));
  return [
    warningOf(
      'Interface still being released',
      `${work.what}: it has no entry in the node's config any more, but the node is still releasing ${held}. The resource stays in the ` +
        `state until that is done, so that destroy waits for it. ${becauseOf(entry)}`,
    ),
  ];
}

const becauseOf = (entry: InterfaceStatus): string =>
  entry.problem === undefined
    ? `state ${entry.state}: on the ENI ${entry.eni}, on the NIC ${entry.os}`
    : oneLine(entry.problem.message);

/** What the node says about the interface, null when it does not tell; `unknown` is the warning that it did not answer in time. */
async function statusOf(
  { portal, target, nic, what, signal }: Work,
  context: OperationContext<TgProvider>,
): Promise<{ readonly entry: InterfaceStatus | null; readonly unknown: Diagnostic | null }> {
  const limit = deadline(signal, STATUS_MS, 'a refresh waits no longer for a status');
  try {
    const status = await portal.status(target, limit.signal);
    return { entry: status?.interfaces.find((i) => i.nic === nic) ?? null, unknown: null };
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    context.log.debug('the node does not tell its status', { because: error.message });
    const late = limit.signal.aborted && !signal.aborted;
    return { entry: null, unknown: late ? warningOf('Status not known', `${what}: ${error.message}`) : null };
  } finally {
    limit.done();
  }
}

/** At apply the configuration is wholly known. */
function knownChange(config: NodeInterfaceConfig) {
  const change = changeFrom(config);
  if (change === null) throw new Error('the configuration is not wholly known at apply');
  return change;
}

function addressed(planned: NodeInterfacePlan) {
  const { node_fqdn, node_id, cluster_fqdn, node_fqdns, nic, timeouts } = planned;
  return { node_fqdn, node_id, cluster_fqdn, node_fqdns, nic, timeouts } as Pick<
    NodeInterfaceState,
    'node_fqdn' | 'node_id' | 'cluster_fqdn' | 'node_fqdns' | 'nic' | 'timeouts'
  >;
}
