import type { Clock, MemberDisk, MemberRecord } from './ports';
import { isSameTerm } from './term';

const RETRY_MS = 1000;

/** Keeps the member's record on disk up to date: one save at a time, the newest wins, a failed one is repeated. */
export class RecordKeeper {
  /** The highest claim number that is durably reserved. */
  reserved = 0;
  /** Why the record is not on disk, in a sentence; null when it is. */
  problem: string | null = null;
  private wanted: MemberRecord = { term: null, released: false, reserved: 0, honoured: null };
  private durable: MemberRecord | null = null;
  private saving = false;
  private readonly ends = new AbortController();

  constructor(
    private readonly disk: MemberDisk,
    private readonly clock: Clock,
    private readonly log: (level: 'warn' | 'error', message: string) => void,
    /** More may be claimed now. */
    private readonly onReserved: () => void,
  ) {}

  async load(): Promise<MemberRecord | null> {
    const record = await this.disk.load();
    if (record !== null) this.wanted = record;
    this.durable = record;
    this.reserved = record?.reserved ?? 0;
    return record;
  }

  /** States what is to be durable; `reserve`: up to which number claims are to be reserved, null: as they are. */
  keep(record: Omit<MemberRecord, 'reserved'>, reserve: number | null): void {
    const { term, released, honoured, reserved } = this.wanted;
    const isAsBefore = record.term === term && record.released === released && record.honoured === honoured;
    if (isAsBefore && (reserve ?? 0) <= reserved && this.wanted === this.durable) return;
    this.wanted = { ...record, reserved: Math.max(reserved, reserve ?? 0) };
    if (!this.saving && !isSame(this.wanted, this.durable)) void this.save();
  }

  stop(): void {
    this.ends.abort();
  }

  private async save(): Promise<void> {
    this.saving = true;
    while (!isSame(this.wanted, this.durable) && !this.ends.signal.aborted) {
      const { wanted } = this;
      try {
        await this.disk.save(wanted);
        this.durable = wanted;
        this.reserved = wanted.reserved;
        this.problem = null;
        this.onReserved();
      } catch (error) {
        if (this.problem === null) this.log('error', sentence(error));
        this.problem = sentence(error);
        await this.clock.sleep(RETRY_MS, this.ends.signal);
      }
    }
    this.saving = false;
  }
}

const sentence = (error: unknown): string =>
  `the cluster's term cannot be stored: ${error instanceof Error ? error.message : String(error)}; ` +
  'this member holds what it holds, and claims no more than it has reserved';

const isSame = (a: MemberRecord, b: MemberRecord | null): boolean =>
  b !== null &&
  isSameTerm(a.term, b.term) &&
  a.released === b.released &&
  a.reserved === b.reserved &&
  a.honoured === b.honoured;
