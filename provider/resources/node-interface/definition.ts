import type { AnyResource, ResourceOperations } from '../../framework/server/resource-definition';
import { defineResource } from '../../framework/server/resource-definition';
import type { TgProvider } from '../../tg-provider';
import { nodeInterfaceSchema } from './schema';

type Schema = typeof nodeInterfaceSchema;

/** `tg_node_interface`: its schema now, its code when it is first needed. */
export const nodeInterface: AnyResource<TgProvider> = defineResource<TgProvider, Schema>({
  schema: nodeInterfaceSchema,
  operations: () => Promise.resolve(load().nodeInterfaceOperations),
});

/** A process that only tells its schema or validates does not load the code: a quarter of its start-up time. */
function load(): { nodeInterfaceOperations: ResourceOperations<Schema, TgProvider> } {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` is resolved by other rules than this package's imports
  return require('./operations') as ReturnType<typeof load>;
}
