import { valuesEqual } from '../../cty/canonical';
import type { Type } from '../../cty/type';
import { UNKNOWN } from '../../cty/unknown';
import type { Value, ValueRecord } from '../../cty/value';
import { recordOf } from '../../cty/value';
import { containsUnknown } from '../../cty/walk';
import type { Logger } from '../../plugin/logger';
import type { CallContext, Method } from '../../plugin/method';
import type { Init } from '../../protocol/message';
import type { UnaryRpc } from '../../protocol/rpc';
import type { Diagnostic, DynamicValue } from '../../protocol/tfplugin6.generated';
import { Provider } from '../../protocol/tfplugin6.generated';
import { schemaType } from '../../schema/implied-type';
import type { Schema } from '../../schema/schema';
import { applyViolations, stateViolations } from '../check-apply';
import { planViolations } from '../check-plan';
import { decodeObject, encodeObject } from '../dynamic-value';
import type { ProviderDefinition } from '../provider-definition';
import { providerMethods } from '../provider-methods';

/** A resource as core keeps it between commands. */
export interface Stored {
  readonly state: ValueRecord | null;
  readonly private: Uint8Array;
  readonly tainted: boolean;
}

/** What a plan or an apply told. */
export interface Told {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export type Action = 'none' | 'create' | 'update' | 'replace' | 'delete';

export interface Planned extends Told {
  readonly action: Action;
  readonly planned: ValueRecord | null;
  readonly private: Uint8Array;
}

export const ABSENT: Stored = { state: null, private: new Uint8Array(), tainted: false };

/**
 * The part of Terraform core that deals with one resource, over the same methods and messages (encoded and decoded) that the plugin host
 * serves, and as strict: a broken rule of the protocol is an error of the test.
 */
export class MiniCore<P> {
  readonly log: string[] = [];
  private readonly methods: Map<string, Method>;
  private connection = {};
  private providerConfig: Init<DynamicValue> | undefined;
  private readonly running = new Set<AbortController>();

  constructor(
    private readonly definition: ProviderDefinition<P>,
    private readonly typeName: string,
  ) {
    this.methods = providerMethods(definition, { onViolation: 'throw' });
  }

  /** A full configuration object from what HCL names. */
  config(named: Readonly<Record<string, Value>>): ValueRecord {
    return fill(schemaType(this.schema), named);
  }

  async configure(named: Readonly<Record<string, Value>>): Promise<Told> {
    const { schema } = this.definition;
    const config = encodeObject(fill(schemaType(schema), named), schema);
    const validated = told((await this.call(Provider.ValidateProviderConfig, { config })).diagnostics);
    if (validated.errors.length > 0) return validated;
    this.providerConfig = config;
    return this.connect();
  }

  private async connect(): Promise<Told> {
    const config = this.providerConfig;
    if (config === undefined) return told([]);
    return told((await this.call(Provider.ConfigureProvider, { config, terraformVersion: '1.11.4' })).diagnostics);
  }

  async validate(named: Readonly<Record<string, Value>>): Promise<Told> {
    const config = encodeObject(this.config(named), this.schema);
    return told((await this.call(Provider.ValidateResourceConfig, { typeName: this.typeName, config })).diagnostics);
  }

  /** Upgrade, then read, as every plan does. */
  async refresh(stored: Stored): Promise<Told & { readonly stored: Stored }> {
    if (stored.state === null) return { ...told([]), stored };
    const read = await this.call(Provider.ReadResource, {
      typeName: this.typeName,
      currentState: encodeObject(stored.state, this.schema),
      private: stored.private,
    });
    const state = decodeObject(read.newState, this.schema);
    if (state !== null) expectNone(stateViolations(this.schema, state), 'read');
    return { ...told(read.diagnostics), stored: { ...stored, state, private: read.private } };
  }

  async plan(stored: Stored, named: Readonly<Record<string, Value>> | null): Promise<Planned> {
    const prior = stored.state;
    const config = named === null ? null : this.config(named);
    if (stored.tainted && prior !== null && config !== null) {
      // As if there were nothing; also the private state is left out.
      return { ...(await this.planOnce(null, config, ABSENT.private)), action: 'replace' };
    }
    const first = await this.planOnce(prior, config, stored.private);
    if (first.errors.length > 0 || first.planned === null || prior === null) {
      const action = first.planned === null ? 'delete' : 'create';
      return { ...first, action: prior === null && first.planned === null ? 'none' : action };
    }
    if (!first.replace) {
      const same = valuesEqual(first.planned, prior, schemaType(this.schema));
      return { ...first, action: same ? 'none' : 'update' };
    }
    return { ...(await this.planOnce(null, config, first.private)), action: 'replace' };
  }

  /**
   * Plans, then applies in a new instance of the provider: plans again with what was planned before, as core does, and makes the change.
   * `sameRun` makes it one more change of the apply before.
   */
  async apply(
    stored: Stored,
    named: Readonly<Record<string, Value>> | null,
    { createBeforeDestroy = false, sameRun = false } = {},
  ): Promise<Told & { readonly stored: Stored }> {
    const plan = await this.plan(stored, named);
    if (plan.errors.length > 0 || plan.action === 'none') return { ...plan, stored };
    if (!sameRun) {
      this.connection = {};
      await this.connect();
    }
    if (plan.action === 'replace' && createBeforeDestroy) {
      const created = await this.change(ABSENT, named, plan);
      if (created.errors.length > 0) return created;
      const deposed = await this.change(stored, null, await this.planOnce(stored.state, null, stored.private));
      return { ...deposed, stored: created.stored };
    }
    if (plan.action === 'replace') {
      // Not planned on its own: core makes the delete of what the plan of the replacement answered.
      const destroyed = await this.change(stored, null, { planned: null, private: plan.private });
      if (destroyed.errors.length > 0) return destroyed;
      return this.change(ABSENT, named, plan);
    }
    const again = await this.plan(stored, named);
    if (plan.planned !== null && again.planned !== null)
      expectNone(applyViolations(this.schema, plan.planned, again.planned), 'final plan');
    return this.change(stored, named, again);
  }

  async import(id: string): Promise<Told & { readonly stored: Stored }> {
    const response = await this.call(Provider.ImportResourceState, { typeName: this.typeName, id });
    const imported = response.importedResources[0];
    if (imported === undefined) return { ...told(response.diagnostics), stored: ABSENT };
    const stored = { state: decodeObject(imported.state, this.schema), private: imported.private, tainted: false };
    return this.refresh(stored);
  }

  /** Ctrl-C. */
  async stop(): Promise<void> {
    await this.call(Provider.StopProvider, {});
  }

  /** One procedure, its messages encoded and decoded on both ways. */
  async call<Req, Res>(rpc: UnaryRpc<Req, Res>, request: Init<Req>): Promise<Res> {
    const method = this.methods.get(rpc.path);
    if (method === undefined || !('handle' in method)) throw new Error(`${rpc.path} is not served`);
    const controller = new AbortController();
    this.running.add(controller);
    const context: CallContext = {
      signal: controller.signal,
      connection: this.connection,
      log: this.logger(),
      stop: () => {
        for (const other of this.running)
          if (other !== controller) other.abort(new Error('the user stopped terraform'));
      },
    };
    try {
      const response = await method.handle(rpc.request.decode(rpc.request.encode(request)), context);
      return rpc.response.decode(rpc.response.encode(response as Init<Res>));
    } finally {
      this.running.delete(controller);
    }
  }

  private get schema(): Schema {
    const resource = this.definition.resources[this.typeName];
    if (resource === undefined) throw new Error(`no ${this.typeName}`);
    return resource.schema;
  }

  private async planOnce(
    prior: ValueRecord | null,
    config: ValueRecord | null,
    kept: Uint8Array,
  ): Promise<Told & { planned: ValueRecord | null; private: Uint8Array; replace: boolean }> {
    const { schema } = this;
    const proposed = config === null ? null : propose(schema, prior, config);
    const response = await this.call(Provider.PlanResourceChange, {
      typeName: this.typeName,
      priorState: encodeObject(prior, schema),
      proposedNewState: encodeObject(proposed, schema),
      config: encodeObject(config, schema),
      priorPrivate: kept,
    });
    const planned = decodeObject(response.plannedState, schema);
    const diagnostics = told(response.diagnostics);
    if (diagnostics.errors.length === 0) expectNone(planViolations(schema, { config, prior, planned }), 'plan');
    const { attributes } = schemaType(schema);
    const replace = response.requiresReplace.some(({ steps }) => {
      const name = String(steps[0]?.selector?.value);
      const type = attributes[name];
      if (type === undefined || prior === null || planned === null) return false;
      return !valuesEqual(prior[name] ?? null, planned[name] ?? null, type);
    });
    return { ...diagnostics, planned, private: response.plannedPrivate, replace };
  }

  private async change(
    stored: Stored,
    named: Readonly<Record<string, Value>> | null,
    plan: { planned: ValueRecord | null; private: Uint8Array },
  ): Promise<Told & { readonly stored: Stored }> {
    const { schema } = this;
    const response = await this.call(Provider.ApplyResourceChange, {
      typeName: this.typeName,
      priorState: encodeObject(stored.state, schema),
      plannedState: encodeObject(plan.planned, schema),
      config: encodeObject(named === null ? null : this.config(named), schema),
      plannedPrivate: plan.private,
    });
    const state = decodeObject(response.newState, schema);
    const result = told(response.diagnostics);
    const failed = result.errors.length > 0;
    if (state !== null && containsUnknown(state)) throw new Error('apply left unknown values');
    if (!failed && (state === null) !== (plan.planned === null))
      throw new Error('apply left something where nothing should be, or the reverse');
    if (!failed && state !== null && plan.planned !== null)
      expectNone(applyViolations(schema, plan.planned, state), 'apply');
    const kept = failed && state === null ? stored.state : state;
    const isCreate = stored.state === null;
    return {
      ...result,
      stored: {
        state: isCreate ? state : kept,
        private: response.private,
        tainted: isCreate && failed && state !== null,
      },
    };
  }

  private logger(): Logger {
    const write =
      (level: string): Logger['info'] =>
      (message, fields) => {
        this.log.push(
          `${level} ${message} ${JSON.stringify(typeof fields === 'function' ? fields() : (fields ?? {}))}`,
        );
      };
    const logger: Logger = {
      trace: write('trace'),
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      enabled: () => true,
      with: () => logger,
    };
    return logger;
  }
}

/** Terraform's "known after apply" in a test's configuration. */
export const KNOWN_LATER = UNKNOWN;

function fill(
  type: { readonly attributes: Readonly<Record<string, Type>> },
  named: Readonly<Record<string, Value>>,
): ValueRecord {
  const foreign = Object.keys(named).filter((name) => !Object.hasOwn(type.attributes, name));
  if (foreign.length > 0) throw new Error(`no such attribute: ${foreign.join(', ')}`);
  return recordOf(
    Object.entries(type.attributes).map(([name, inner]) => {
      const value = named[name] ?? null;
      const nested =
        inner.kind === 'object' && value !== null && typeof value === 'object' && !('refinements' in value);
      return [name, nested ? fill(inner, value as Readonly<Record<string, Value>>) : value];
    }),
  );
}

/** Core's merge: configured values, and prior ones of what is computed and not configured. */
function propose(schema: Schema, prior: ValueRecord | null, config: ValueRecord): ValueRecord {
  return recordOf(
    Object.entries(config).map(([name, value]) => {
      const presence = schema.attributes[name]?.presence;
      const computed = presence === 'computed' || presence === 'optional+computed';
      return [name, value === null && computed && prior !== null ? (prior[name] ?? null) : value];
    }),
  );
}

function told(diagnostics: readonly Diagnostic[]): Told {
  const of = (severity: string): string[] =>
    diagnostics.filter((d) => d.severity === severity).map((d) => `${d.summary}: ${d.detail}`);
  return { errors: of('ERROR'), warnings: of('WARNING'), diagnostics };
}

function expectNone(violations: readonly { readonly problem: string; readonly path: unknown }[], where: string): void {
  if (violations.length > 0) throw new Error(`${where}: ${JSON.stringify(violations)}`);
}
