import { isUnknown } from '../cty/unknown';
import type { ValueRecord } from '../cty/value';
import { isRecord } from '../cty/value';
import { transform } from '../cty/walk';
import type { CallContext } from '../plugin/method';
import type { Init } from '../protocol/message';
import type { ApplyResourceChangeRequest, ApplyResourceChangeResponse } from '../protocol/tfplugin6.generated';
import type { Diagnostic } from '../schema/diagnostic';
import { hasErrors } from '../schema/diagnostic';
import { schemaType } from '../schema/implied-type';
import type { Schema } from '../schema/schema';
import { wireDiagnostics } from '../schema/wire-diagnostic';
import { reportViolations } from './bug';
import { applyViolations, stateViolations } from './check-apply';
import { decodeObject, encodeObject } from './dynamic-value';
import { guarded } from './guard';
import { configurationUnknown, notConfigured } from './not-configured';
import type { PrivateState } from './private-state';
import { decodePrivate, encodePrivate, NO_PRIVATE } from './private-state';
import type { AnyHeld, AnyOperations, OperationContext } from './resource-definition';
import type { Server } from './server';

/** One change with its values decoded. */
interface Change {
  readonly config: ValueRecord;
  readonly prior: ValueRecord | null;
  readonly planned: ValueRecord | null;
  readonly private: PrivateState;
}

/** Makes a planned change. Also with errors the answer holds what is there now: nothing half-made is lost. */
export async function applyResourceChange<P>(
  server: Server<P>,
  request: ApplyResourceChangeRequest,
  context: CallContext,
): Promise<Init<ApplyResourceChangeResponse>> {
  const { typeName } = request;
  const { schema, operations } = server.resource(typeName);
  const prior = decodeObject(request.priorState, schema);
  const change: Change = {
    config: decodeObject(request.config, schema) ?? {},
    prior,
    planned: decodeObject(request.plannedState, schema),
    // What a plan passes on to a create is about the object that it replaces.
    private: prior === null ? NO_PRIVATE : decodePrivate(request.plannedPrivate),
  };
  const unchanged = (diagnostics: Diagnostic[]): Init<ApplyResourceChangeResponse> => ({
    newState: encodeObject(prior, schema),
    private: prior === null ? new Uint8Array() : request.plannedPrivate,
    diagnostics: wireDiagnostics(diagnostics),
  });
  const configuration = server.configuration(context);
  if (configuration.kind === 'none') return unchanged([notConfigured(typeName)]);
  if (configuration.kind === 'unknown') return unchanged([configurationUnknown(typeName)]);

  const action = change.prior === null ? 'creating' : change.planned === null ? 'destroying' : 'updating';
  return guarded<Init<ApplyResourceChangeResponse>>(
    `${action} ${typeName}`,
    context,
    async () => {
      const held = await run(await operations(), change, {
        provider: configuration.provider,
        signal: context.signal,
        log: context.log,
      });
      const diagnostics = [...(held.diagnostics ?? [])];
      const violations = violationsOf(schema, change, held.state, hasErrors(diagnostics));
      diagnostics.push(...reportViolations(typeName, action, violations, server.onViolation));
      return {
        newState: encodeObject(held.state === null ? null : withoutUnknown(schema, held.state), schema),
        private: encodePrivate(held.private ?? (held.state === null ? {} : change.private)),
        diagnostics: wireDiagnostics(diagnostics),
      };
    },
    unchanged,
  );
}

function run<P>(code: AnyOperations<P>, change: Change, context: OperationContext<P>): Promise<AnyHeld> {
  const { config, prior, planned, private: kept } = change;
  if (planned === null)
    return prior === null ? Promise.resolve({ state: null }) : code.delete({ prior, private: kept }, context);
  return prior === null
    ? code.create({ config, planned, private: kept }, context)
    : code.update({ config, prior, planned, private: kept }, context);
}

function violationsOf(schema: Schema, { planned }: Change, state: ValueRecord | null, failed: boolean) {
  if (state === null)
    return planned === null || failed
      ? []
      : [{ path: [], problem: 'is gone after the change, which reported no error' }];
  const wrong = stateViolations(schema, state);
  if (wrong.length > 0 || failed) return wrong;
  if (planned === null) return [{ path: [], problem: 'is still there after its destruction, which reported no error' }];
  return applyViolations(schema, planned, state);
}

/** A state must not hold unknown values; where a faulty provider left one, the rest is still worth keeping. */
function withoutUnknown(schema: Schema, state: ValueRecord): ValueRecord {
  const known = transform(state, schemaType(schema), (value) => (isUnknown(value) ? null : value));
  return isRecord(known) ? known : state;
}
