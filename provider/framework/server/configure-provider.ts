import type { CallContext } from '../plugin/method';
import type { Init } from '../protocol/message';
import type { ConfigureProviderRequest, ConfigureProviderResponse } from '../protocol/tfplugin6.generated';
import { hasErrors } from '../schema/diagnostic';
import { wireDiagnostics } from '../schema/wire-diagnostic';
import { decodeObject } from './dynamic-value';
import type { Server } from './server';

/** Makes the configured provider of this connection. */
export async function configureProvider<P>(
  server: Server<P>,
  request: ConfigureProviderRequest,
  context: CallContext,
): Promise<Init<ConfigureProviderResponse>> {
  const config = decodeObject(request.config, server.definition.schema) ?? {};
  const { terraformVersion } = request;
  const { provider, diagnostics = [] } = await server.definition.configure(config, {
    signal: context.signal,
    log: context.log,
    terraformVersion,
  });
  if (!hasErrors(diagnostics)) {
    server.configure(context, provider === null ? { kind: 'unknown' } : { kind: 'ready', provider });
  }
  return { diagnostics: wireDiagnostics(diagnostics) };
}
