import { refuse } from '../rules/refusal';

/** Fields that no rule here depends on. */
const IGNORED = new Set(['Action', 'Version', 'DryRun', 'ClientToken']);

/**
 * The fields of a Query request, read by name. It remembers what was read: a field nobody asked for is refused rather
 * than ignored, so that a test never passes because the emulator overlooked what it was told.
 */
export class Params {
  private constructor(
    private readonly fields: ReadonlyMap<string, string>,
    private readonly prefix: string,
    private readonly read: Set<string>,
  ) {}

  static parse(form: string): Params {
    return new Params(new Map(new URLSearchParams(form)), '', new Set());
  }

  /** Every field as sent. */
  entries(): Record<string, string> {
    return Object.fromEntries(this.fields);
  }

  optional(name: string): string | undefined {
    const key = this.prefix + name;
    this.read.add(key);
    return this.fields.get(key);
  }

  string(name: string): string {
    const value = this.optional(name);
    if (value === undefined || value === '') throw refuse.missing(name);
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    if (!/^-?\d{1,9}$/.test(value)) throw refuse.notANumber(name, value);
    return Number(value);
  }

  boolean(name: string): boolean | undefined {
    const value = this.optional(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') throw refuse.notABoolean(name, value);
    return value === 'true';
  }

  /** `Name.1`, `Name.2`, … in the order of their numbers. */
  list(name: string): readonly string[] {
    return this.numbers(name, false).map((index) => this.optional(`${name}.${index}`) ?? '');
  }

  /** `Name.1.Member`, `Name.2.Member`, … as one set of fields per number. */
  structs(name: string): readonly Params[] {
    return this.numbers(name, true).map(
      (index) => new Params(this.fields, `${this.prefix}${name}.${index}.`, this.read),
    );
  }

  /** Refuses the first field that nobody read. */
  refuseUnread(): void {
    for (const key of this.fields.keys()) {
      if (!this.read.has(key) && !IGNORED.has(key)) throw refuse.unknownParameter(key);
    }
  }

  private numbers(name: string, nested: boolean): readonly number[] {
    const start = `${this.prefix}${name}.`;
    const found = new Set<number>();
    for (const key of this.fields.keys()) {
      if (!key.startsWith(start)) continue;
      const match = /^(\d+)(\..+)?$/.exec(key.slice(start.length));
      if (match && (match[2] !== undefined) === nested) found.add(Number(match[1]));
    }
    return [...found].sort((a, b) => a - b);
  }
}
