import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random numbers that is the same for the same seed. */
export class Random {
  private readonly source;

  /** `stream` separates independent streams of one seed, so that one more draw from one does not move the others. */
  constructor(seed: number, stream = 0) {
    this.source = xoroshiro128plus(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35));
    // Close seeds start alike.
    for (let i = 0; i < 4; i += 1) this.source.next();
  }

  /** In [0, 1). */
  fraction(): number {
    return (this.source.next() >>> 0) / 2 ** 32;
  }

  /** In [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * this.fraction();
  }

  /** A whole number in [from, to]. */
  whole(from: number, to: number): number {
    return from + Math.floor((to - from + 1) * this.fraction());
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.fraction() * values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const keys = Object.keys(weights) as K[];
    let rest = this.fraction() * keys.reduce((sum, key) => sum + weights[key], 0);
    for (const key of keys) {
      rest -= weights[key];
      if (rest < 0) return key;
    }
    return this.pick(keys);
  }
}
