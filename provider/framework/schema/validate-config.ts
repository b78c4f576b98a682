import { isArray, isRecord } from '../cty/value';
import type { Value, ValueRecord } from '../cty/value';
import { field } from '../cty/value';
import type { Path } from '../cty/path';
import { ROOT, atAttribute, atElement, atIndex, atKey, pathText } from '../cty/path';
import { isUnknown } from '../cty/unknown';
import { containsUnknown } from '../cty/walk';
import type { Attribute } from './attribute';
import type { Block } from './block';
import type { Diagnostic } from './diagnostic';
import { dedupe, errorAt, warningAt } from './diagnostic';
import { redacted } from './redact';
import type { Schema } from './schema';
import type { Validator } from './validator';

/**
 * Everything that is wrong with a configuration, as far as it is known: presence, each attribute's validators, the
 * validators of the whole, and warnings for what is deprecated. `config` must conform to the schema's type.
 */
export function validateConfig(schema: Schema, config: ValueRecord): Diagnostic[] {
  const found: Diagnostic[] = [];
  body(schema, config, ROOT, { config, found, sensitive: false });
  for (const validator of schema.validators) found.push(...validator(config));
  return dedupe(found);
}

interface Run {
  readonly config: ValueRecord;
  readonly found: Diagnostic[];
  /** Whatever is inside a sensitive attribute is sensitive. */
  readonly sensitive: boolean;
}

function body(
  { attributes, blocks }: Pick<Block, 'attributes' | 'blocks'>,
  value: ValueRecord,
  path: Path,
  run: Run,
): void {
  for (const [name, declared] of Object.entries(attributes))
    attribute(declared, field(value, name), atAttribute(path, name), run);
  for (const [name, block] of Object.entries(blocks))
    nestedBlock(block, field(value, name), atAttribute(path, name), run);
}

function attribute(declared: Attribute, value: Value, path: Path, outer: Run): void {
  const run = { ...outer, sensitive: outer.sensitive || declared.sensitive };
  const { found } = run;
  if (value === null) {
    if (declared.presence === 'required')
      found.push(errorAt(path, 'Missing required attribute', `${pathText(path)} must be set; it is null.`));
    return;
  }
  if (declared.presence === 'computed') {
    found.push(errorAt(path, 'Read-only attribute', `${pathText(path)} is set by the provider: remove it.`));
    return;
  }
  if (declared.deprecated !== null) found.push(warningAt(path, 'Deprecated attribute', declared.deprecated));
  if (isUnknown(value)) return;
  if (!containsUnknown(value)) validators(declared.validators, value, path, run);
  for (const [element, at] of itemsOf(declared.type.kind, value, path)) {
    if (declared.nested !== null) {
      if (isRecord(element)) body({ attributes: declared.nested.attributes, blocks: {} }, element, at, run);
    } else if (element !== null && !containsUnknown(element)) {
      validators(declared.elementValidators, element, at, run);
    }
  }
}

function nestedBlock(block: Block, value: Value, path: Path, run: Run): void {
  const nesting = block.nesting === 'single' || block.nesting === 'group' ? 'object' : block.nesting;
  const items = isUnknown(value) ? [] : itemsOf(nesting, value, path);
  if (items.length > 0 && block.deprecated !== null)
    run.found.push(warningAt(path, 'Deprecated block', block.deprecated));
  for (const [item, at] of items) if (isRecord(item)) body(block, item, at, run);
}

/** The elements of a collection; an object is its own only item. */
function itemsOf(kind: string, value: Value, path: Path): [Value, Path][] {
  if (isArray(value)) return value.map((v, i) => [v, kind === 'set' ? atElement(path, v) : atIndex(path, i)]);
  if (!isRecord(value)) return [];
  return kind === 'map' ? Object.entries(value).map(([key, v]) => [v, atKey(path, key)]) : [[value, path]];
}

function validators(list: readonly Validator[], value: Value, path: Path, run: Run): void {
  for (const validator of list as readonly Validator<Value>[]) {
    const found = validator(value, path, run.config);
    run.found.push(...(run.sensitive ? found.map((d) => redacted(d, value)) : found));
  }
}
