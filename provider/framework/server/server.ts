import type { CallContext } from '../plugin/method';
import type { OnViolation } from './bug';
import type { ProviderDefinition } from './provider-definition';
import type { AnyResource } from './resource-definition';

/** How far the provider instance of one connection is configured. */
export type Configuration<P> =
  | { readonly kind: 'none' }
  /** Configured with values that are known only after apply. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ready'; readonly provider: P };

/** A provider being served: its definition, and what each connection configured. */
export class Server<P> {
  private readonly configurations = new WeakMap<object, Configuration<P>>();

  constructor(
    readonly definition: ProviderDefinition<P>,
    readonly onViolation: OnViolation,
  ) {}

  configure(context: CallContext, configuration: Configuration<P>): void {
    this.configurations.set(context.connection, configuration);
  }

  configuration(context: CallContext): Configuration<P> {
    return this.configurations.get(context.connection) ?? { kind: 'none' };
  }

  /** Throws for a type that the schema does not name, which core never asks for. */
  resource(typeName: string): AnyResource<P> {
    const { resources } = this.definition;
    const resource = Object.hasOwn(resources, typeName) ? resources[typeName] : undefined;
    if (resource === undefined) throw new Error(`there is no resource type ${typeName}`);
    return resource;
  }
}
