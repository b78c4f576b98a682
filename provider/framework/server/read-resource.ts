import type { CallContext } from '../plugin/method';
import type { Init } from '../protocol/message';
import type { ReadResourceRequest, ReadResourceResponse } from '../protocol/tfplugin6.generated';
import { hasErrors, warningOf } from '../schema/diagnostic';
import { wireDiagnostics } from '../schema/wire-diagnostic';
import { reportViolations } from './bug';
import { stateViolations } from './check-apply';
import { decodeObject, encodeObject } from './dynamic-value';
import { notConfigured } from './not-configured';
import { decodePrivate, encodePrivate } from './private-state';
import type { Server } from './server';

/** Looks what became of a resource. On errors the state stays as it was. */
export async function readResource<P>(
  server: Server<P>,
  request: ReadResourceRequest,
  context: CallContext,
): Promise<Init<ReadResourceResponse>> {
  const { typeName } = request;
  const { schema, operations } = server.resource(typeName);
  const state = decodeObject(request.currentState, schema);
  const asItWas = { newState: request.currentState, private: request.private };
  if (state === null) return asItWas;
  const configuration = server.configuration(context);
  if (configuration.kind === 'none') return { ...asItWas, diagnostics: wireDiagnostics([notConfigured(typeName)]) };
  if (configuration.kind === 'unknown') {
    const why = `The provider's configuration contains values that are known only after apply, so ${typeName} was not refreshed.`;
    return { ...asItWas, diagnostics: wireDiagnostics([warningOf('Not refreshed', why)]) };
  }
  const code = await operations();
  const priorPrivate = decodePrivate(request.private);
  const held = await code.read(
    { state, private: priorPrivate },
    { provider: configuration.provider, signal: context.signal, log: context.log },
  );
  const diagnostics = [...(held.diagnostics ?? [])];
  if (held.state !== null) {
    diagnostics.push(
      ...reportViolations(typeName, 'refreshing', stateViolations(schema, held.state), server.onViolation),
    );
  }
  if (hasErrors(diagnostics)) return { ...asItWas, diagnostics: wireDiagnostics(diagnostics) };
  return {
    newState: encodeObject(held.state, schema),
    private: encodePrivate(held.private ?? priorPrivate),
    diagnostics: wireDiagnostics(diagnostics),
  };
}
