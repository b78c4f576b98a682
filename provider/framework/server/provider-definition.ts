import type { ValueRecord } from '../cty/value';
import type { Logger } from '../plugin/logger';
import type { Diagnostic } from '../schema/diagnostic';
import type { Schema } from '../schema/schema';
import type { AnyResource } from './resource-definition';

/** What `configure` came to. */
export interface Configured<P> {
  /** Null: the configuration holds values that are not known yet. Nothing can be read or applied until they are. */
  readonly provider: P | null;
  readonly diagnostics?: readonly Diagnostic[];
}

/** A whole provider: what it is configured with and what it offers. `P` is what a configured provider is to its resources. */
export interface ProviderDefinition<P> {
  readonly schema: Schema;
  /** By type name, `NAME_noun`. */
  readonly resources: Readonly<Record<string, AnyResource<P>>>;
  /** Touches no network: it runs several times per command. `config` conforms to the schema; values may be unknown while planning. */
  configure(
    config: ValueRecord,
    context: { readonly signal: AbortSignal; readonly log: Logger; readonly terraformVersion: string },
  ): Promise<Configured<P>>;
  /** What is wrong with a configuration beyond what the schema says. */
  validate?(config: ValueRecord): readonly Diagnostic[];
}
