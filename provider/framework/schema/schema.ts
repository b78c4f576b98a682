import type { Attributes } from './attribute';
import type { Blocks } from './block';
import type { ConfigValidator } from './validator';

/** What a provider, resource or data source accepts and holds. */
export interface Schema<A extends Attributes = Attributes, B extends Blocks = Blocks> {
  /** Of the state's shape; raised when a stored state needs upgrading. */
  readonly version: number;
  /** Markdown; the first sentence serves as the summary in listings. */
  readonly description: string;
  readonly deprecated: string | null;
  readonly attributes: A;
  readonly blocks: B;
  /** Checks across attributes. */
  readonly validators: readonly ConfigValidator[];
}

export interface SchemaOptions<A extends Attributes, B extends Blocks> {
  readonly version?: number;
  readonly description: string;
  readonly deprecated?: string;
  readonly attributes: A;
  readonly blocks?: B;
  readonly validators?: readonly ConfigValidator[];
}

/** Declares a schema; `State<typeof schema>` is then the type of its values. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the type of "no blocks" for inference
export function defineSchema<A extends Attributes, B extends Blocks = {}>(options: SchemaOptions<A, B>): Schema<A, B> {
  return {
    version: options.version ?? 0,
    description: options.description,
    deprecated: options.deprecated ?? null,
    attributes: options.attributes,
    blocks: options.blocks ?? ({} as B),
    validators: options.validators ?? [],
  };
}
