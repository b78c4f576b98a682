import { attributePath } from '../../framework/cty/path';
import type { Diagnostic } from '../../framework/schema/diagnostic';
import { errorAt } from '../../framework/schema/diagnostic';
import type { Edit } from '../../portal/group-commit';
import type { FieldValue, InterfaceChange, InterfaceField, InterfaceValues } from '../../portal/interface-fields';
import { sameValue } from '../../portal/interface-fields';
import { editInterface, readInterface } from '../../portal/interface-text';
import type { Write } from '../../portal/portal';
import { PortalError } from '../../portal/portal-error';
import { waitApplied } from '../../portal/wait-applied';
import type { Claimed } from '../claims';
import { hasKind } from '../diagnose';
import { attributeOf } from './fields';
import { interfaceDiagnostic } from './findings';
import type { Contradiction } from './interface-claims';
import { interfaceClaims, interfaceKey } from './interface-claims';
import type { Work } from './work';

/** The interface as a write leaves it. */
export interface Written {
  readonly values: InterfaceValues;
  /** It had no entry before. */
  readonly created: boolean;
}

/** How a write ended. */
export interface WriteResult {
  /** Null when what was in force before still is: nothing was written, or the node put it back. */
  readonly inForce: Written | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Writes the fields and waits until the node has applied them. Every failure is told in the result. */
export async function writeInterface(work: Work, change: InterfaceChange): Promise<WriteResult> {
  let last: Written | null = null;
  const edit: Edit<Written> = (text) => {
    const edited = editInterface(text, work.nic, change);
    const values = readInterface(edited.network, work.nic);
    if (values === null) throw new Error(`${work.nic} is not in the config that it was written to`);
    last = { values, created: edited.created };
    return { text: edited.network, result: last };
  };
  const failed = (error: unknown, inForce: Written | null): WriteResult => ({
    inForce,
    diagnostics: [interfaceDiagnostic(error, work.what)],
  });
  const claims = interfaceClaims(work.portal);
  let key: string;
  let claimed: Claimed<Write<Written>, Contradiction>;
  try {
    key = await interfaceKey(work.portal, work.target, work.nic, work.signal);
    claimed = await claims.write(
      key,
      change,
      work.signal,
      () => work.portal.write(work.target, edit, work.signal),
      (error) => !hasKind(error, 'unknown-outcome'),
    );
  } catch (error) {
    // What may have been executed counts as written; the next refresh tells.
    return failed(error, hasKind(error, 'unknown-outcome') ? last : null);
  }
  if (claimed.kind === 'contradicted') return { inForce: null, diagnostics: [contradicted(work.what, claimed.by)] };
  const write = claimed.result;
  try {
    await settle(work, change, write.version);
    return { inForce: write.result, diagnostics: [] };
  } catch (error) {
    const putBack = hasKind(error, 'refused');
    if (putBack) claims.drop(key);
    return failed(error, putBack ? null : write.result);
  }
}

function contradicted(what: string, { field, first, second }: Contradiction): Diagnostic {
  const attribute = attributeOf(field);
  const detail =
    `${what}: another tg_node_interface of this configuration has just set ${attribute} to ${shown(first)}, and this one wants ` +
    `${shown(second)}. Nothing was written. Manage one interface in one resource.`;
  return errorAt(attributePath(attribute), 'Two resources for one interface', detail);
}

const shown = (value: FieldValue | undefined): string => (value == null ? 'none' : JSON.stringify(value));

/** Waits for the write. A later write that replaced it is no failure while our fields are in it: then that one is waited for. */
async function settle(work: Work, change: InterfaceChange, version: number | null): Promise<void> {
  const { portal, target, nic, signal } = work;
  for (let wanted = version; ; wanted = null) {
    try {
      await waitApplied(portal, { target, nic, version: wanted }, signal);
      return;
    } catch (error) {
      if (!(error instanceof PortalError) || error.kind !== 'superseded') throw error;
      const document = await portal.readFresh(target, signal);
      const now = document === null ? null : readInterface(document.network, nic);
      if (!holds(now, change)) throw error;
    }
  }
}

function holds(values: InterfaceValues | null, change: InterfaceChange): boolean {
  return (Object.entries(change) as [InterfaceField, InterfaceValues[InterfaceField]][]).every(([name, wanted]) =>
    sameValue(values?.[name] ?? null, wanted),
  );
}
