import type { Value } from '../cty/value';
import type { Attributes } from './attribute';
import type { Block, BlockNesting, Blocks } from './block';
import type { ObjectModel } from './model';

/** What a nested block is declared with. New schemas prefer nested attributes. */
export interface BlockOptions<A extends Attributes, B extends Blocks> {
  readonly attributes?: A;
  readonly blocks?: B;
  /** Markdown. */
  readonly description: string;
  readonly deprecated?: string;
}

/** Bounds on the number of list or set blocks; absent: none. */
export interface ItemBounds {
  readonly minItems?: number;
  readonly maxItems?: number;
}

/* eslint-disable @typescript-eslint/no-empty-object-type -- the type of "none" for inference */

/** At most one block; exactly one when required. Its value is null when it is left out. */
export function singleBlock<A extends Attributes = {}, B extends Blocks = {}>(
  options: BlockOptions<A, B> & { readonly required?: boolean },
): Block<ObjectModel<A, B> | null> {
  const items = options.required === true ? 1 : 0;
  return block('single', options, { minItems: items, maxItems: items });
}

/** Exactly one block, which stands there with all its attributes null when it is left out. */
export function groupBlock<A extends Attributes = {}, B extends Blocks = {}>(
  options: BlockOptions<A, B>,
): Block<ObjectModel<A, B>> {
  return block('group', options, {});
}

export function listBlock<A extends Attributes = {}, B extends Blocks = {}>(
  options: BlockOptions<A, B> & ItemBounds,
): Block<readonly ObjectModel<A, B>[]> {
  return block('list', options, options);
}

export function setBlock<A extends Attributes = {}, B extends Blocks = {}>(
  options: BlockOptions<A, B> & ItemBounds,
): Block<readonly ObjectModel<A, B>[]> {
  return block('set', options, options);
}

/** Blocks with a label, which is the key. */
export function mapBlock<A extends Attributes = {}, B extends Blocks = {}>(
  options: BlockOptions<A, B>,
): Block<Readonly<Record<string, ObjectModel<A, B>>>> {
  return block('map', options, {});
}

function block<T extends Value>(
  nesting: BlockNesting,
  options: BlockOptions<Attributes, Blocks>,
  bounds: ItemBounds,
): Block<T> {
  return {
    kind: 'block',
    nesting,
    attributes: options.attributes ?? {},
    blocks: options.blocks ?? {},
    minItems: bounds.minItems ?? 0,
    maxItems: bounds.maxItems ?? 0,
    description: options.description,
    deprecated: options.deprecated ?? null,
  };
}
