import { valuesEqual } from '../cty/canonical';
import type { Path } from '../cty/path';
import { pathsEqual, pathText } from '../cty/path';
import type { ValueRecord } from '../cty/value';
import type { CallContext } from '../plugin/method';
import type { Init } from '../protocol/message';
import type { PlanResourceChangeRequest, PlanResourceChangeResponse } from '../protocol/tfplugin6.generated';
import type { Diagnostic } from '../schema/diagnostic';
import { hasErrors } from '../schema/diagnostic';
import { schemaType } from '../schema/implied-type';
import { planChange } from '../schema/plan-change';
import type { Schema } from '../schema/schema';
import { wireDiagnostics, wirePath } from '../schema/wire-diagnostic';
import { reportViolations } from './bug';
import { planViolations } from './check-plan';
import { decodeObject, encodeObject } from './dynamic-value';
import { decodePrivate, encodePrivate, NO_PRIVATE } from './private-state';
import type { AnyPlan } from './resource-definition';
import type { Server } from './server';

/** Says what a create, update or destroy will lead to. */
export async function planResourceChange<P>(
  server: Server<P>,
  request: PlanResourceChangeRequest,
  context: CallContext,
): Promise<Init<PlanResourceChangeResponse>> {
  const { typeName } = request;
  const { schema, operations } = server.resource(typeName);
  const config = decodeObject(request.config, schema);
  const prior = decodeObject(request.priorState, schema);
  const proposed = decodeObject(request.proposedNewState, schema);
  // A replacement is planned a second time, as a create, with the first plan's private state. What it says is about the old object: no
  // business of this plan, but the replacement's delete gets what this plan answers.
  const kept = prior === null ? NO_PRIVATE : decodePrivate(request.priorPrivate);

  const change =
    proposed === null || config === null
      ? { planned: null, requiresReplace: [], diagnostics: [] }
      : planChange(schema, { config, prior, proposed });
  const code = await operations();
  const configuration = server.configuration(context);
  const refined: AnyPlan =
    code.plan === undefined || hasErrors(change.diagnostics)
      ? {}
      : await code.plan(
          { config, prior, planned: change.planned, private: kept },
          {
            provider: configuration.kind === 'ready' ? configuration.provider : null,
            signal: context.signal,
            log: context.log,
          },
        );
  const planned = refined.planned ?? change.planned;
  const diagnostics: Diagnostic[] = [...change.diagnostics, ...(refined.diagnostics ?? [])];
  const violations = planViolations(schema, { config: proposed === null ? null : config, prior, planned });
  diagnostics.push(...reportViolations(typeName, 'planning', violations, server.onViolation));
  return {
    plannedState: encodeObject(hasErrors(diagnostics) ? proposed : planned, schema),
    requiresReplace: replacing(schema, prior, planned, [
      ...change.requiresReplace,
      ...(refined.requiresReplace ?? []),
    ]).map(wirePath),
    plannedPrivate: refined.private === undefined ? request.priorPrivate : encodePrivate(refined.private),
    diagnostics: wireDiagnostics(diagnostics),
  };
}

/** Sorted, each once; none on create or where nothing changes. */
function replacing(
  schema: Schema,
  prior: ValueRecord | null,
  planned: ValueRecord | null,
  paths: readonly Path[],
): Path[] {
  if (prior === null || planned === null || valuesEqual(prior, planned, schemaType(schema))) return [];
  const once = paths.filter((path, i) => paths.findIndex((other) => pathsEqual(path, other)) === i);
  return once.sort((a, b) => (pathText(a) < pathText(b) ? -1 : 1));
}
