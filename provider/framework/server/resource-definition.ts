import type { Path } from '../cty/path';
import type { ValueRecord } from '../cty/value';
import type { Logger } from '../plugin/logger';
import type { Diagnostic } from '../schema/diagnostic';
import type { Config, Planned, State } from '../schema/model';
import type { Schema } from '../schema/schema';
import type { PrivateState } from './private-state';

/** What every operation knows of the call it serves. */
export interface OperationContext<P> {
  /** What `configure` made of the provider's configuration. */
  readonly provider: P;
  /** Aborts when the user stops terraform or nobody waits for the answer; then say in the result what was done and what was not. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Planning may run before the provider's configuration is known. */
export interface PlanContext<P> extends Omit<OperationContext<P>, 'provider'> {
  readonly provider: P | null;
}

/** What an operation leaves behind. A state with an error is kept: a half-made object must not be lost. */
export interface Held<S extends Schema> {
  /** Null: there is nothing (any more). */
  readonly state: State<S> | null;
  readonly private?: PrivateState;
  readonly diagnostics?: readonly Diagnostic[];
}

/** The plan as the framework made it (defaults, unknowns, attribute plan modifiers), for the resource to refine. */
export interface PlanRequest<S extends Schema> {
  readonly config: Config<S> | null;
  readonly prior: State<S> | null;
  /** Null: the resource is to be destroyed. */
  readonly planned: Planned<S> | null;
  readonly private: PrivateState;
}

export interface PlanResult<S extends Schema> {
  /** Absent: as it was. Must not depend on anything that can change until apply. */
  readonly planned?: Planned<S>;
  readonly requiresReplace?: readonly Path[];
  readonly private?: PrivateState;
  readonly diagnostics?: readonly Diagnostic[];
}

/** The code of a resource. Each operation gets values that conform to the schema and need not check that again. */
export interface ResourceOperations<S extends Schema, P> {
  create(
    request: { readonly config: Config<S>; readonly planned: Planned<S>; readonly private: PrivateState },
    context: OperationContext<P>,
  ): Promise<Held<S>>;
  /** State null: it is gone. Values that mean the same keep the spelling they have in `state`. */
  read(
    request: { readonly state: State<S>; readonly private: PrivateState },
    context: OperationContext<P>,
  ): Promise<Held<S>>;
  update(
    request: {
      readonly config: Config<S>;
      readonly prior: State<S>;
      readonly planned: Planned<S>;
      readonly private: PrivateState;
    },
    context: OperationContext<P>,
  ): Promise<Held<S>>;
  /** Answers state null when it is gone; on failure what is left, usually the prior state. */
  delete(
    request: { readonly prior: State<S>; readonly private: PrivateState },
    context: OperationContext<P>,
  ): Promise<Held<S>>;
  /** What an import id says, the rest null: `read` follows at once. Absent: the resource cannot be imported. */
  import?(id: string, context: OperationContext<P>): Promise<Held<S>>;
  /** Called for create, update and destroy, after everything else of planning. */
  plan?(request: PlanRequest<S>, context: PlanContext<P>): Promise<PlanResult<S>>;
}

/** Turns the JSON of a stored state of one schema version into that of the next; it is given and returns plain JSON data. */
export type StateUpgrader = (state: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** A resource type: what is needed to describe it, and the way to its code, which is loaded at first use. */
export interface ResourceDefinition<P, S extends Schema = Schema> {
  readonly schema: S;
  readonly operations: () => Promise<ResourceOperations<S, P>>;
  /** By the version that each takes; the chain must reach the schema's own version. */
  readonly upgraders?: Readonly<Record<number, StateUpgrader>>;
}

/** A resource type whose model has been checked, as the server holds it: values are records, since it serves any schema. */
export interface AnyResource<P> {
  readonly schema: Schema;
  readonly operations: () => Promise<AnyOperations<P>>;
  readonly upgraders: Readonly<Record<number, StateUpgrader>>;
}

export interface AnyHeld {
  readonly state: ValueRecord | null;
  readonly private?: PrivateState;
  readonly diagnostics?: readonly Diagnostic[];
}

export interface AnyPlan {
  readonly planned?: ValueRecord;
  readonly requiresReplace?: readonly Path[];
  readonly private?: PrivateState;
  readonly diagnostics?: readonly Diagnostic[];
}

type Values<K extends string> = Readonly<Record<K, ValueRecord>> & { readonly private: PrivateState };

export interface AnyOperations<P> {
  create(request: Values<'config' | 'planned'>, context: OperationContext<P>): Promise<AnyHeld>;
  read(request: Values<'state'>, context: OperationContext<P>): Promise<AnyHeld>;
  update(request: Values<'config' | 'prior' | 'planned'>, context: OperationContext<P>): Promise<AnyHeld>;
  delete(request: Values<'prior'>, context: OperationContext<P>): Promise<AnyHeld>;
  import?(id: string, context: OperationContext<P>): Promise<AnyHeld>;
  plan?(
    request: {
      readonly config: ValueRecord | null;
      readonly prior: ValueRecord | null;
      readonly planned: ValueRecord | null;
      readonly private: PrivateState;
    },
    context: PlanContext<P>,
  ): Promise<AnyPlan>;
}

/** A resource for {@link ProviderDefinition.resources}. The types hold: the server hands over only what conforms to `schema`. */
export function defineResource<P, S extends Schema>(definition: ResourceDefinition<P, S>): AnyResource<P> {
  return {
    schema: definition.schema,
    operations: definition.operations,
    upgraders: definition.upgraders ?? {},
  };
}
