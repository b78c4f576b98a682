import { valuesEqual } from '../cty/canonical';
import type { Path } from '../cty/path';
import { atAttribute, atElement, atIndex, atKey } from '../cty/path';
import type { Type } from '../cty/type';
import type { Value, ValueRecord } from '../cty/value';
import { field, isArray, isRecord, recordOf } from '../cty/value';
import type { Attribute, Nesting } from './attribute';
import type { Block, BlockNesting } from './block';
import { objectType } from './implied-type';

/** The same place in configuration, prior state and plan. `prior` is null where there is no counterpart. */
export interface Slot<T> {
  readonly config: T;
  readonly prior: T | null;
  readonly planned: T;
  readonly path: Path;
}

type Body = Pick<Block, 'attributes' | 'blocks'>;
type Change = (attribute: Attribute, slot: Slot<Value>) => Value;

/**
 * The planned object with each attribute replaced by what `change` makes of it, outermost first. Objects inside are
 * entered where both the configuration and the (changed) plan hold them. List elements correspond by index, map elements by key,
 * set elements by what the configuration says of them.
 */
export function mapAttributes(body: Body, slot: Slot<ValueRecord>, change: Change): ValueRecord {
  const at = (name: string): Slot<Value> => ({
    config: field(slot.config, name),
    prior: slot.prior === null ? null : field(slot.prior, name),
    planned: field(slot.planned, name),
    path: atAttribute(slot.path, name),
  });
  const entries: [string, Value][] = [];
  for (const [name, attribute] of Object.entries(body.attributes)) {
    const inner = at(name);
    const planned = change(attribute, inner);
    const { nested } = attribute;
    entries.push([
      name,
      nested === null
        ? planned
        : mapItems(nested.nesting, { attributes: nested.attributes, blocks: {} }, { ...inner, planned }, change),
    ]);
  }
  for (const [name, block] of Object.entries(body.blocks)) {
    entries.push([name, mapItems(block.nesting, block, at(name), change)]);
  }
  return recordOf(entries);
}

function mapItems(nesting: Nesting | BlockNesting, body: Body, slot: Slot<Value>, change: Change): Value {
  const { config, prior, planned, path } = slot;
  const item = (c: Value, p: Value, v: Value, at: Path): Value =>
    isRecord(c) && isRecord(v)
      ? mapAttributes(body, { config: c, prior: isRecord(p) ? p : null, planned: v, path: at }, change)
      : v;
  switch (nesting) {
    case 'single':
    case 'group':
      return item(config, prior, planned, path);
    case 'list': {
      if (!isArray(planned) || !isArray(config)) return planned;
      const before = prior !== null && isArray(prior) ? prior : [];
      return planned.map((v, i) => item(config[i] ?? null, before[i] ?? null, v, atIndex(path, i)));
    }
    case 'map': {
      if (!isRecord(planned) || !isRecord(config)) return planned;
      const before = prior !== null && isRecord(prior) ? prior : {};
      return recordOf(
        Object.entries(planned).map(([key, v]) => [
          key,
          item(field(config, key), field(before, key), v, atKey(path, key)),
        ]),
      );
    }
    case 'set': {
      if (!isArray(planned) || !isArray(config)) return planned;
      const type = objectType(body.attributes, body.blocks);
      const configs = pool(config);
      const priors = pool(prior !== null && isArray(prior) ? prior : []);
      return planned.map((v) => {
        const c = configs((candidate) => agrees(candidate, v, type)) ?? null;
        return item(c, priors((candidate) => agrees(c, candidate, type)) ?? null, v, atElement(path, v));
      });
    }
  }
}

/** Elements to be taken one by one, each at most once. */
function pool(elements: readonly Value[]): (wanted: (element: Value) => boolean) => Value | undefined {
  const left = [...elements];
  return (wanted) => {
    const at = left.findIndex(wanted);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
}

/** True when `value` holds whatever the configuration sets; what it leaves null may be anything. */
function agrees(config: Value, value: Value, type: Type): boolean {
  if (config === null) return true;
  if (type.kind !== 'object' || !isRecord(config) || !isRecord(value)) return valuesEqual(config, value, type);
  return Object.entries(type.attributes).every(([name, t]) => agrees(field(config, name), field(value, name), t));
}
