import type { Diagnostic } from '../../framework/schema/diagnostic';
import { warningOf } from '../../framework/schema/diagnostic';
import type { Edit } from '../../portal/group-commit';
import type { InterfaceField } from '../../portal/interface-fields';
import { clearInterface } from '../../portal/interface-text';
import { PortalError } from '../../portal/portal-error';
import { waitApplied } from '../../portal/wait-applied';
import { interfaceDiagnostic } from './findings';
import { interfaceClaims, interfaceKey } from './interface-claims';
import type { Ownership } from './ownership';
import { ownedFields } from './ownership';
import type { NodeInterfaceState } from './schema';
import type { Work } from './work';

/** How a release ended. */
export interface ReleaseResult {
  readonly gone: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Takes away what the resource set and waits until the node has released it. A target or an entry that is gone is no error. */
export async function releaseInterface(
  work: Work,
  prior: NodeInterfaceState,
  ownership: Ownership,
): Promise<ReleaseResult> {
  const fields = ownedFields(ownership, prior);
  try {
    const key = await interfaceKey(work.portal, work.target, work.nic, work.signal);
    const cleared = await interfaceClaims(work.portal).release(key, work.signal, () =>
      clear(work, fields, ownership.made),
    );
    if (cleared === null) return { gone: true, diagnostics: [handedOver(work.what)] };
    const { version, keptIp } = cleared;
    await waitApplied(work.portal, { target: work.target, nic: work.nic, version }, work.signal);
    return { gone: true, diagnostics: keptIp ? [ipKept(work.what, prior)] : [] };
  } catch (error) {
    if (error instanceof PortalError && error.kind === 'not-found') return { gone: true, diagnostics: [] };
    if (error instanceof PortalError && error.kind === 'superseded') return { gone: true, diagnostics: [] };
    return { gone: false, diagnostics: [interfaceDiagnostic(error, work.what)] };
  }
}

async function clear(
  { portal, target, nic, signal }: Work,
  fields: readonly InterfaceField[],
  made: boolean,
): Promise<{ version: number | null; keptIp: boolean }> {
  const without =
    (cleared: readonly InterfaceField[]): Edit<null> =>
    (text) => ({
      text: clearInterface(text, nic, cleared, made).network,
      result: null,
    });
  try {
    const { version } = await portal.write(target, without(fields), signal);
    return { version, keptIp: false };
  } catch (error) {
    if (!needsIp(error) || !fields.includes('ip')) throw error;
    const { version } = await portal.write(target, without(fields.filter((f) => f !== 'ip')), signal);
    return { version, keptIp: true };
  }
}

/** The portal refuses a node's interface without address while it has an entry at all. */
const needsIp = (error: unknown): boolean =>
  error instanceof PortalError &&
  error.kind === 'refused' &&
  error.sentences.some((s) => /\bip is required\b/i.test(s));

const ipKept = (what: string, prior: NodeInterfaceState): Diagnostic =>
  warningOf(
    'Address kept',
    `${what}: its ip ${prior.ip ?? ''} was left as it is, because the server takes no interface without one.`,
  );

const handedOver = (what: string): Diagnostic =>
  warningOf(
    'Nothing released',
    `${what}: another tg_node_interface of the same apply has written this interface (a replacement that was created first, or the same ` +
      'interface under another name), so its cluster IP and its other settings were left as they are.',
  );
