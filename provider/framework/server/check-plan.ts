import { valuesEqual } from '../cty/canonical';
import { conformanceErrors } from '../cty/conform';
import type { Path } from '../cty/path';
import { atAttribute, atIndex, atKey, ROOT } from '../cty/path';
import { isUnknown } from '../cty/unknown';
import type { Value, ValueRecord } from '../cty/value';
import { field, isArray, isRecord } from '../cty/value';
import type { Attribute, Nesting } from '../schema/attribute';
import type { Block, BlockNesting } from '../schema/block';
import { blockType, schemaType } from '../schema/implied-type';
import type { Schema } from '../schema/schema';
import type { Violation } from './bug';

/** A create's, update's or destroy's three values. */
interface Plan {
  readonly config: ValueRecord | null;
  readonly prior: ValueRecord | null;
  readonly planned: ValueRecord | null;
}

/**
 * Everything in which a plan breaks the rules that core holds providers to: a planned value is the configured one, or the prior one that
 * means the same, or anything where the attribute is computed and not configured.
 */
export function planViolations(schema: Schema, { config, prior, planned }: Plan): Violation[] {
  if (planned === null || config === null) {
    return planned === null && config === null
      ? []
      : [{ path: ROOT, problem: 'must be planned exactly when it is configured' }];
  }
  const shape = conformanceErrors(planned, schemaType(schema)).map(({ path, problem }) => ({
    path,
    problem: `is not of its type: ${problem}`,
  }));
  if (shape.length > 0) return shape;
  const found: Violation[] = [];
  body(schema, config, prior, planned, ROOT, found);
  return found;
}

type Body = Pick<Block, 'attributes' | 'blocks'>;

function body(
  { attributes, blocks }: Body,
  config: ValueRecord,
  prior: ValueRecord | null,
  planned: ValueRecord,
  path: Path,
  found: Violation[],
): void {
  for (const [name, declared] of Object.entries(attributes)) {
    attribute(
      declared,
      field(config, name),
      prior === null ? null : field(prior, name),
      field(planned, name),
      atAttribute(path, name),
      found,
    );
  }
  for (const [name, declared] of Object.entries(blocks)) {
    block(
      declared,
      field(config, name),
      prior === null ? null : field(prior, name),
      field(planned, name),
      atAttribute(path, name),
      found,
    );
  }
}

function attribute(
  declared: Attribute,
  config: Value,
  prior: Value,
  planned: Value,
  path: Path,
  found: Violation[],
): void {
  if (declared.writeOnly) {
    if (planned !== null) found.push({ path, problem: 'is write-only and must be planned as null' });
    return;
  }
  if (valuesEqual(planned, config, declared.type)) return;
  if (prior !== null && config !== null && valuesEqual(planned, prior, declared.type)) return;
  const computed = declared.presence === 'computed' || declared.presence === 'optional+computed';
  if (config === null) {
    if (!computed) found.push({ path, problem: 'is not configured and not computed, so it must be planned as null' });
    return;
  }
  if (declared.nested !== null && !isUnknown(config)) {
    items(
      declared.nested.nesting,
      { attributes: declared.nested.attributes, blocks: {} },
      config,
      prior,
      planned,
      path,
      found,
    );
    return;
  }
  found.push({ path, problem: 'is configured, but planned as something else' });
}

function block(declared: Block, config: Value, prior: Value, planned: Value, path: Path, found: Violation[]): void {
  if (isUnknown(config)) {
    if (!valuesEqual(planned, config, blockType(declared)))
      found.push({ path, problem: 'is an unknown block and must stay as it is' });
    return;
  }
  items(declared.nesting, declared, config, prior, planned, path, found);
}

function items(
  nesting: Nesting | BlockNesting,
  inner: Body,
  config: Value,
  prior: Value,
  planned: Value,
  path: Path,
  found: Violation[],
): void {
  if (isUnknown(planned) || (planned === null) !== (config === null)) {
    found.push({ path, problem: 'is configured, but planned as something else' });
    return;
  }
  const item = (c: Value, p: Value, v: Value, at: Path): void => {
    if (isRecord(c) && isRecord(v)) body(inner, c, isRecord(p) ? p : null, v, at, found);
    else if ((c === null) !== (v === null))
      found.push({ path: at, problem: 'is configured, but planned as something else' });
  };
  switch (nesting) {
    case 'single':
    case 'group':
      item(config, prior, planned, path);
      return;
    case 'list': {
      const [c, p, v] = [config, prior, planned].map((x) => (isArray(x) ? x : []));
      if (c?.length !== v?.length)
        found.push({ path, problem: 'is planned with another number of elements than configured' });
      else v?.forEach((element, i) => item(c?.[i] ?? null, p?.[i] ?? null, element, atIndex(path, i)));
      return;
    }
    case 'map': {
      const [c, p, v] = [config, prior, planned].map((x) => (isRecord(x) ? x : {}));
      const [wanted, got] = [c ?? {}, v ?? {}].map((x) => Object.keys(x).sort().join('\n'));
      if (wanted !== got) found.push({ path, problem: 'is planned with other keys than configured' });
      else
        for (const [key, element] of Object.entries(v ?? {}))
          item(field(c ?? {}, key), field(p ?? {}, key), element, atKey(path, key));
      return;
    }
    case 'set':
      return; // core cannot tell elements apart either, and does not check
  }
}
