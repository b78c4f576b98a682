import type { AnyResource, ResourceOperations } from '../../framework/server/resource-definition';
import { defineResource } from '../../framework/server/resource-definition';
import type { TgProvider } from '../../tg-provider';
import { nodeClusterConfigSchema } from './schema';

type Schema = typeof nodeClusterConfigSchema;

/** `tg_node_cluster_config`: its schema now, its code when it is first needed. */
export const nodeClusterConfig: AnyResource<TgProvider> = defineResource<TgProvider, Schema>({
  schema: nodeClusterConfigSchema,
  operations: () => Promise.resolve(load().nodeClusterConfigOperations),
});

/** A process that only tells its schema or validates does not load the code: a quarter of its start-up time. */
function load(): { nodeClusterConfigOperations: ResourceOperations<Schema, TgProvider> } {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` is resolved by other rules than this package's imports
  return require('./operations') as ReturnType<typeof load>;
}
