import type { Init } from '../protocol/message';
import type { ValidateResourceConfigRequest, ValidateResourceConfigResponse } from '../protocol/tfplugin6.generated';
import { attributePath } from '../cty/path';
import { field } from '../cty/value';
import type { Diagnostic } from '../schema/diagnostic';
import { errorAt } from '../schema/diagnostic';
import { validateConfig } from '../schema/validate-config';
import { wireDiagnostics } from '../schema/wire-diagnostic';
import { decodeObject } from './dynamic-value';
import type { Server } from './server';

/** Says what is wrong with a resource's configuration, as far as it is known. Needs no configured provider. */
export function validateResourceConfig<P>(
  server: Server<P>,
  request: ValidateResourceConfigRequest,
): Init<ValidateResourceConfigResponse> {
  const { schema } = server.resource(request.typeName);
  const config = decodeObject(request.config, schema);
  if (config === null) return {};
  const writeOnly: Diagnostic[] =
    request.clientCapabilities?.writeOnlyAttributesAllowed === true
      ? []
      : Object.entries(schema.attributes)
          .filter(([name, declared]) => declared.writeOnly && field(config, name) !== null)
          .map(([name]) =>
            errorAt(
              attributePath(name),
              'Write-only attribute not supported',
              `${name} is write-only, which needs Terraform 1.11 or later.`,
            ),
          );
  return { diagnostics: wireDiagnostics([...validateConfig(schema, config), ...writeOnly]) };
}
