import type { Attributes } from './attribute';
import type { Value } from '../cty/value';

export type BlockNesting = 'single' | 'list' | 'set' | 'map' | 'group';

/** The nested blocks of an object, by name. */
export type Blocks = Readonly<Record<string, Block>>;

/** A nested block. `T` is the TypeScript type of its value once known; it exists for inference. Made by blocks.ts. */
export interface Block<T extends Value = Value> {
  readonly kind: 'block';
  readonly nesting: BlockNesting;
  readonly attributes: Attributes;
  readonly blocks: Blocks;
  /** Of list and set blocks; a single block is 0..1 (1..1 when required); 0 is "no bound" for `maxItems`. */
  readonly minItems: number;
  readonly maxItems: number;
  readonly description: string;
  readonly deprecated: string | null;
  /** Never there at run time. */
  readonly model?: T;
}
