import type { AnyResource, ResourceOperations } from '../../framework/server/resource-definition';
import { defineResource } from '../../framework/server/resource-definition';
import type { TgProvider } from '../../tg-provider';
import { clusterActiveMemberSchema } from './schema';

type Schema = typeof clusterActiveMemberSchema;

/** `tg_cluster_active_member`: its schema now, its code when it is first needed. */
export const clusterActiveMember: AnyResource<TgProvider> = defineResource<TgProvider, Schema>({
  schema: clusterActiveMemberSchema,
  operations: () => Promise.resolve(load().clusterActiveMemberOperations),
});

/** A process that only tells its schema or validates does not load the code: a quarter of its start-up time. */
function load(): { clusterActiveMemberOperations: ResourceOperations<Schema, TgProvider> } {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` is resolved by other rules than this package's imports
  return require('./operations') as ReturnType<typeof load>;
}
