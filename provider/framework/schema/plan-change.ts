import { valuesEqual } from '../cty/canonical';
import type { Path } from '../cty/path';
import { ROOT, pathsEqual, upToSet } from '../cty/path';
import { UNKNOWN } from '../cty/unknown';
import type { Value, ValueRecord } from '../cty/value';
import type { Attribute } from './attribute';
import type { Diagnostic } from './diagnostic';
import { dedupe } from './diagnostic';
import { schemaType } from './implied-type';
import type { Slot } from './map-attributes';
import { mapAttributes } from './map-attributes';
import type { Schema } from './schema';

/** What core sends for a create or update. All conform to the schema's type. */
export interface Change {
  readonly config: ValueRecord;
  /** Null on create. */
  readonly prior: ValueRecord | null;
  /** Core's own merge of the two. */
  readonly proposed: ValueRecord;
}

export interface PlannedChange {
  readonly planned: ValueRecord;
  /** Paths, each once, whose change makes core replace the resource. Empty on create. */
  readonly requiresReplace: readonly Path[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What a create or update will lead to: defaults where the configuration says nothing; then, if anything differs from
 * the prior state, every computed attribute that is neither configured nor has a default becomes unknown; then the
 * attributes' plan modifiers have their say. Pure: the same change has the same plan.
 */
export function planChange(schema: Schema, { config, prior, proposed }: Change): PlannedChange {
  let planned = mapAttributes(schema, { config, prior, planned: proposed, path: ROOT }, withDefault);
  if (prior === null || !valuesEqual(planned, prior, schemaType(schema))) {
    planned = mapAttributes(schema, { config, prior, planned, path: ROOT }, withUnknown);
  }
  const replace: Path[] = [];
  const diagnostics: Diagnostic[] = [];
  const resource = { config, prior, planned };
  planned = mapAttributes(schema, { config, prior, planned, path: ROOT }, (attribute, slot) => {
    let value = slot.planned;
    let requiresReplace = false;
    for (const modify of attribute.planModifiers) {
      const result = modify({ ...slot, planned: value, resource });
      value = result.planned;
      requiresReplace ||= result.requiresReplace ?? false;
      diagnostics.push(...(result.diagnostics ?? []));
    }
    if (requiresReplace && prior !== null && !valuesEqual(value, slot.prior, attribute.type)) replace.push(slot.path);
    return value;
  });
  return { planned, requiresReplace: distinct(replace), diagnostics: dedupe(diagnostics) };
}

function withDefault(attribute: Attribute, { config, planned }: Slot<Value>): Value {
  if (attribute.writeOnly) return null;
  return config === null && attribute.default !== undefined ? attribute.default : planned;
}

function withUnknown(attribute: Attribute, { config, planned }: Slot<Value>): Value {
  const computed = attribute.presence === 'computed' || attribute.presence === 'optional+computed';
  return computed && config === null && attribute.default === undefined && !attribute.writeOnly ? UNKNOWN : planned;
}

function distinct(paths: readonly Path[]): Path[] {
  const cut = paths.map(upToSet);
  return cut.filter((path, i) => cut.findIndex((other) => pathsEqual(path, other)) === i);
}
