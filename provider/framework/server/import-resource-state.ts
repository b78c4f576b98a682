import type { CallContext } from '../plugin/method';
import type { Init } from '../protocol/message';
import type { ImportResourceStateRequest, ImportResourceStateResponse } from '../protocol/tfplugin6.generated';
import { errorOf, hasErrors } from '../schema/diagnostic';
import { wireDiagnostics } from '../schema/wire-diagnostic';
import { reportViolations } from './bug';
import { stateViolations } from './check-apply';
import { encodeObject } from './dynamic-value';
import { configurationUnknown, notConfigured } from './not-configured';
import { encodePrivate } from './private-state';
import type { Server } from './server';

/** Makes a state from an import id; a refresh completes it. */
export async function importResourceState<P>(
  server: Server<P>,
  request: ImportResourceStateRequest,
  context: CallContext,
): Promise<Init<ImportResourceStateResponse>> {
  const { typeName } = request;
  const { schema, operations } = server.resource(typeName);
  const configuration = server.configuration(context);
  if (configuration.kind !== 'ready') {
    const why = configuration.kind === 'none' ? notConfigured(typeName) : configurationUnknown(typeName);
    return { diagnostics: wireDiagnostics([why]) };
  }
  const code = await operations();
  if (code.import === undefined) {
    return { diagnostics: wireDiagnostics([errorOf('Import not supported', `${typeName} cannot be imported.`)]) };
  }
  const held = await code.import(request.id, {
    provider: configuration.provider,
    signal: context.signal,
    log: context.log,
  });
  const diagnostics = [...(held.diagnostics ?? [])];
  if (held.state === null) {
    if (!hasErrors(diagnostics)) {
      diagnostics.push(
        errorOf('Nothing to import', `There is no ${typeName} with the import id ${JSON.stringify(request.id)}.`),
      );
    }
    return { diagnostics: wireDiagnostics(diagnostics) };
  }
  diagnostics.push(...reportViolations(typeName, 'importing', stateViolations(schema, held.state), server.onViolation));
  if (hasErrors(diagnostics)) return { diagnostics: wireDiagnostics(diagnostics) };
  return {
    importedResources: [
      { typeName, state: encodeObject(held.state, schema), private: encodePrivate(held.private ?? {}) },
    ],
    diagnostics: wireDiagnostics(diagnostics),
  };
}
