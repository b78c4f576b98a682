import type { GetProviderSchemaResponse } from '../protocol/tfplugin6.generated';
import type { Init } from '../protocol/message';
import { wireSchema } from '../schema/wire-schema';
import { SERVER_CAPABILITIES } from './capabilities';
import type { Server } from './server';

/** Everything the provider offers. */
export function getProviderSchema<P>(server: Server<P>): Init<GetProviderSchemaResponse> {
  const { schema, resources } = server.definition;
  return {
    provider: wireSchema(schema),
    resourceSchemas: new Map(Object.entries(resources).map(([name, resource]) => [name, wireSchema(resource.schema)])),
    serverCapabilities: SERVER_CAPABILITIES,
  };
}
