/** What a bench is told on its command line. */
export interface BenchOptions {
  /** Longer windows, where a bench has them. */
  long: boolean;
  /** How long a load lasts; the bench's own default without it. */
  minutes: number | undefined;
  /** How often something is repeated; the bench's own default without it. */
  runs: number | undefined;
}

/** One figure beside its target. */
export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** The most it should be; null: nobody promised anything. */
  target: number | null;
}

/** What a bench found. */
export interface BenchReport {
  /** The one object that `--json` prints. */
  json: object;
  figures: Figure[];
  /** How it was measured and what that leaves out, each a sentence. */
  remarks: string[];
}

/** Something that can be measured: `npm run bench -- NAME`. To add one, write it and name it in benches.ts. */
export interface Bench {
  name: string;
  summary: string;
  /** True: it needs a network namespace of its own, in which the whole program is then run. */
  needsNetwork: boolean;
  /** `say` tells a person how far it is. Rejects when it cannot measure. */
  run(options: BenchOptions, say: (text: string) => void): Promise<BenchReport>;
}
