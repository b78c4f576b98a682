import type { Finding } from '@tg/api';
import { attributePath } from '../../framework/cty/path';
import { isUnknown } from '../../framework/cty/unknown';
import type { Diagnostic } from '../../framework/schema/diagnostic';
import { warningAt, warningOf } from '../../framework/schema/diagnostic';
import type { PlanContext, PlanRequest, PlanResult } from '../../framework/server/resource-definition';
import type { InterfaceChange } from '../../portal/interface-fields';
import { editInterface, listInterfaces, readInterface } from '../../portal/interface-text';
import type { Portal } from '../../portal/portal';
import { PortalError } from '../../portal/portal-error';
import type { Target } from '../../portal/target';
import { describeTarget } from '../../portal/target';
import type { TgProvider } from '../../tg-provider';
import { deadline } from '../deadline';
import { idOf, targetOf } from './endpoint-of';
import { changeFrom } from './fields';
import { findingDiagnostic, interfaceDiagnostic } from './findings';
import type { NodeInterfaceConfig, nodeInterfaceSchema } from './schema';

type Schema = typeof nodeInterfaceSchema;

/** How long a plan waits for a node's opinion, in milliseconds. */
const CHECK_MS = 15_000;

/**
 * Fills in the id, and asks the node what it thinks of the change. The node's answer only ever adds diagnostics: the plan itself must be the
 * same when it is made again at apply.
 */
export async function planInterface(
  { config, prior, planned }: PlanRequest<Schema>,
  context: PlanContext<TgProvider>,
): Promise<PlanResult<Schema>> {
  if (config === null || planned === null) return {};
  const target = targetOf(planned);
  const { nic } = planned;
  if (target === null || isUnknown(nic)) return {};
  const withId = { ...planned, id: idOf(target, nic) };
  const change = changeFrom(config);
  if (context.provider === null || change === null || !differs(prior, withId)) return { planned: withId };
  const limit = deadline(context.signal, CHECK_MS, 'a plan waits no longer for a node');
  try {
    const portal = await context.provider.portal();
    const diagnostics = await askNode(portal, { target, nic, change, config, isNew: prior === null }, limit.signal);
    return { planned: withId, diagnostics };
  } finally {
    limit.done();
  }
}

/** A plan without a change need not be checked: the node checks what it has itself, and refresh tells. */
function differs(prior: object | null, planned: object): boolean {
  return prior === null || JSON.stringify(comparable(prior)) !== JSON.stringify(comparable(planned));
}

const comparable = (value: object): unknown =>
  Object.entries(value)
    .filter(([name]) => name !== 'timeouts')
    .sort();

interface Question {
  readonly target: Target;
  readonly nic: string;
  readonly change: InterfaceChange;
  readonly config: NodeInterfaceConfig;
  readonly isNew: boolean;
}

async function askNode(
  portal: Portal,
  { target, nic, change, config, isNew }: Question,
  signal: AbortSignal,
): Promise<Diagnostic[]> {
  const what = `${nic} of ${describeTarget(target)}`;
  try {
    const document = await portal.read(target, signal);
    if (document === null)
      return [
        warningOf(
          `${target.kind === 'cluster' ? 'Cluster' : 'Node'} not found`,
          `${what}: the server knows no such ${target.kind === 'cluster' ? 'cluster' : 'node'} yet. It must before this is applied.`,
        ),
      ];
    const warnings = isNew ? releases(document.network, nic, config, what) : [];
    const moved = takenFrom(document.network, nic, change.clusterIP ?? null);
    const findings = (await portal.check(target, candidate(document.network, nic, change, moved), signal)) ?? [];
    return [
      ...warnings,
      ...moved.map((other) => movedWarning(what, other, change.clusterIP ?? '')),
      ...findings.filter((finding) => isAbout(finding, nic)).map((finding) => findingDiagnostic(finding, what)),
    ];
  } catch (error) {
    if (!(error instanceof PortalError) || !CANNOT_TELL.has(error.kind)) return [interfaceDiagnostic(error, what)];
    return [
      warningOf('Plan not checked by the node', `${what}: the plan was made without asking the node. ${error.message}`),
    ];
  }
}

/** Not a fault of what is planned, and perhaps over by the time of apply. */
const CANNOT_TELL: ReadonlySet<PortalError['kind']> = new Set(['unreachable', 'server', 'aborted', 'not-found']);

/** The config as it would be, with an address that moves here taken from the NIC that has it: that may be part of the same apply. */
function candidate(network: string, nic: string, change: InterfaceChange, moved: readonly string[]): string {
  const without = moved.reduce((text, other) => editInterface(text, other, { clusterIP: null }).network, network);
  return editInterface(without, nic, change).network;
}

function takenFrom(network: string, nic: string, clusterIP: string | null): string[] {
  if (clusterIP === null) return [];
  return listInterfaces(network).filter(
    (other) => other !== nic && readInterface(network, other)?.clusterIP === clusterIP,
  );
}

const movedWarning = (what: string, other: string, address: string): Diagnostic =>
  warningAt(
    attributePath('cluster_ip'),
    'Address moves between interfaces',
    `${what}: ${address} is the cluster IP of ${other} there now, and is refused here until ${other} has given it up. Where this replaces the resource of ${other}, Terraform sees to that by itself, unless create_before_destroy is set. Where another resource manages ${other}, let this one depend on it.`,
  );

/** Taking over an interface whose cluster IP the configuration does not name releases that address, which nobody may have meant. */
function releases(network: string, nic: string, config: NodeInterfaceConfig, what: string): Diagnostic[] {
  const held = readInterface(network, nic)?.clusterIP ?? null;
  if (held === null || config.cluster_ip !== null) return [];
  return [
    warningAt(
      attributePath('cluster_ip'),
      'Cluster IP will be released',
      `${what}: it has cluster IP ${held}, which this resource does not name, so apply releases it. To keep it, set cluster_ip = "${held}".`,
    ),
  ];
}

const isAbout = (finding: Finding, nic: string): boolean => finding.nic === undefined || finding.nic === nic;
