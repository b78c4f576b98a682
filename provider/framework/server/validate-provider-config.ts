import type { Init } from '../protocol/message';
import type { ValidateProviderConfigRequest, ValidateProviderConfigResponse } from '../protocol/tfplugin6.generated';
import { validateConfig } from '../schema/validate-config';
import { wireDiagnostics } from '../schema/wire-diagnostic';
import { decodeObject } from './dynamic-value';
import type { Server } from './server';

/** Says what is wrong with the provider block, as far as it is known. */
export function validateProviderConfig<P>(
  server: Server<P>,
  request: ValidateProviderConfigRequest,
): Init<ValidateProviderConfigResponse> {
  const { definition } = server;
  const { schema } = definition;
  const config = decodeObject(request.config, schema);
  if (config === null) return {};
  return {
    diagnostics: wireDiagnostics([...validateConfig(schema, config), ...(definition.validate?.(config) ?? [])]),
  };
}
