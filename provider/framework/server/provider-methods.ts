import type { CallContext, Method } from '../plugin/method';
import { unaryMethod } from '../plugin/method';
import type { Init, Message } from '../protocol/message';
import type { UnaryRpc } from '../protocol/rpc';
import type { Diagnostic as WireDiagnostic, GetProviderSchemaResponse } from '../protocol/tfplugin6.generated';
import { Provider } from '../protocol/tfplugin6.generated';
import { wireDiagnostics } from '../schema/wire-diagnostic';
import { applyResourceChange } from './apply-resource-change';
import type { OnViolation } from './bug';
import { configureProvider } from './configure-provider';
import { getMetadata } from './get-metadata';
import { getProviderSchema } from './get-provider-schema';
import { guarded } from './guard';
import { importResourceState } from './import-resource-state';
import { planResourceChange } from './plan-resource-change';
import type { ProviderDefinition } from './provider-definition';
import { readResource } from './read-resource';
import { Server } from './server';
import { upgradeResourceState } from './upgrade-resource-state';
import { validateProviderConfig } from './validate-provider-config';
import { validateResourceConfig } from './validate-resource-config';

export interface ProviderMethodsOptions {
  /** What to do when the provider itself breaks a rule of the protocol: report it to the user (default), or throw, in tests. */
  readonly onViolation?: OnViolation;
}

/**
 * A provider as the plugin host serves it. Procedures for what the provider does not offer (data sources, functions, ephemeral and list
 * resources, actions, moved state, identities) are absent, so that the host answers UNIMPLEMENTED: Terraform calls none of them unless the
 * schema or a capability says so.
 */
export function providerMethods<P>(
  definition: ProviderDefinition<P>,
  { onViolation = 'report' }: ProviderMethodsOptions = {},
): Map<string, Method> {
  const server = new Server(definition, onViolation);
  let schema: Init<GetProviderSchemaResponse> | undefined;
  return new Map([
    unaryMethod(Provider.GetMetadata, () => Promise.resolve(getMetadata(server))),
    diagnosed(Provider.GetProviderSchema, 'describing itself', () => (schema ??= getProviderSchema(server))),
    // Terraform asks this of every provider; none of these resources has an identity beside its import id.
    unaryMethod(Provider.GetResourceIdentitySchemas, () => Promise.resolve({})),
    unaryMethod(Provider.GetFunctions, () => Promise.resolve({})),
    diagnosed(Provider.ValidateProviderConfig, 'validating the provider block', (r) =>
      validateProviderConfig(server, r),
    ),
    diagnosed(Provider.ConfigureProvider, 'configuring itself', (r, c) => configureProvider(server, r, c)),
    diagnosed(
      Provider.ValidateResourceConfig,
      (r) => `validating ${r.typeName}`,
      (r) => validateResourceConfig(server, r),
    ),
    diagnosed(
      Provider.UpgradeResourceState,
      (r) => `reading the stored state of ${r.typeName}`,
      (r) => upgradeResourceState(server, r),
    ),
    diagnosed(
      Provider.ReadResource,
      (r) => `refreshing ${r.typeName}`,
      (r, c) => readResource(server, r, c),
      (r) => ({
        newState: r.currentState,
        private: r.private,
      }),
    ),
    diagnosed(
      Provider.PlanResourceChange,
      (r) => `planning ${r.typeName}`,
      (r, c) => planResourceChange(server, r, c),
      (r) => ({
        plannedState: r.proposedNewState,
        plannedPrivate: r.priorPrivate,
      }),
    ),
    diagnosed(
      Provider.ApplyResourceChange,
      (r) => `applying ${r.typeName}`,
      (r, c) => applyResourceChange(server, r, c),
      (r) => ({
        newState: r.priorState,
        private: r.plannedPrivate,
      }),
    ),
    diagnosed(
      Provider.ImportResourceState,
      (r) => `importing ${r.typeName}`,
      (r, c) => importResourceState(server, r, c),
    ),
    unaryMethod(Provider.StopProvider, (_, context) => {
      context.stop();
      return Promise.resolve({});
    }),
  ]);
}

/** A procedure whose failures are told in the response's diagnostics; `otherwise` is the rest of the response then. */
function diagnosed<Req, Res extends { readonly diagnostics: readonly WireDiagnostic[] }>(
  rpc: UnaryRpc<Req, Res> & { readonly response: Message<Res> },
  whileDoing: string | ((request: Req) => string),
  handle: (request: Req, context: CallContext) => Init<Res> | Promise<Init<Res>>,
  otherwise: (request: Req) => object = () => ({}),
): [string, Method] {
  return unaryMethod(rpc, (request, context) =>
    guarded(
      typeof whileDoing === 'string' ? whileDoing : whileDoing(request),
      context,
      async () => handle(request, context),
      (diagnostics) => ({ ...otherwise(request), diagnostics: wireDiagnostics(diagnostics) }) as unknown as Init<Res>,
    ),
  );
}
