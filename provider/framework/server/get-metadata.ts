import type { GetMetadataResponse } from '../protocol/tfplugin6.generated';
import type { Init } from '../protocol/message';
import { SERVER_CAPABILITIES } from './capabilities';
import type { Server } from './server';

/** What there is, without its schema. */
export function getMetadata<P>(server: Server<P>): Init<GetMetadataResponse> {
  return {
    serverCapabilities: SERVER_CAPABILITIES,
    resources: Object.keys(server.definition.resources).map((typeName) => ({ typeName })),
  };
}
