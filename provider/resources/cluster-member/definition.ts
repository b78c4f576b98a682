import type { AnyResource, ResourceOperations } from '../../framework/server/resource-definition';
import { defineResource } from '../../framework/server/resource-definition';
import type { TgProvider } from '../../tg-provider';
import { clusterMemberSchema } from './schema';

type Schema = typeof clusterMemberSchema;

/** `tg_cluster_member`: its schema now, its code when it is first needed. */
export const clusterMember: AnyResource<TgProvider> = defineResource<TgProvider, Schema>({
  schema: clusterMemberSchema,
  operations: () => Promise.resolve(load().clusterMemberOperations),
});

/** A process that only tells its schema or validates does not load the code: a quarter of its start-up time. */
function load(): { clusterMemberOperations: ResourceOperations<Schema, TgProvider> } {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` is resolved by other rules than this package's imports
  return require('./operations') as ReturnType<typeof load>;
}
