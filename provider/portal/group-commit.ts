import { abortedError, PortalError } from './portal-error';
import { backoffMs } from './retry';
import { sleep } from './sleep';

/** A text as read, and what makes a write of it conditional. */
export interface Snapshot {
  readonly text: string;
  /** A strong ETag; null where the server has none. */
  readonly etag: string | null;
}

/** What the server said to a write. */
export interface Written {
  /** The version that the write became; null where the server does not say. */
  readonly version: number | null;
  /** The ETag after the write; null where the server does not say. */
  readonly etag: string | null;
}

/** The one text that is read and written whole. Both reject with PortalError. */
export interface Store {
  read(signal: AbortSignal): Promise<Snapshot>;
  write(text: string, ifMatch: string | null, signal: AbortSignal): Promise<Written>;
}

/** A change of the text. Pure: it may run several times, each time on what was read last. */
export type Edit<T> = (text: string) => { readonly text: string; readonly result: T };

/** What became of one edit. */
export interface Committed<T> {
  readonly result: T;
  /** Whether a write was needed. */
  readonly changed: boolean;
  /** The version that holds the edit; null where it is not known. */
  readonly version: number | null;
}

/** How often a write is tried again on a fresh read, and how long between. */
export interface GroupCommitTiming {
  /** After somebody else's write came in between. */
  readonly attempts: number;
  /** After a write that was not answered, or with a server error. */
  readonly unanswered: number;
  readonly retryFirst: number;
  readonly retryMost: number;
  /** How long an edit that was refused waits for another that may make it acceptable. */
  readonly gather: number;
}

const DEFAULTS: GroupCommitTiming = { attempts: 25, unanswered: 5, retryFirst: 20, retryMost: 1_000, gather: 250 };

interface Member {
  readonly edit: Edit<unknown>;
  readonly signal: AbortSignal;
  readonly resolve: (committed: Committed<unknown>) => void;
  readonly reject: (error: unknown) => void;
  settled: boolean;
  /** Was refused once and went out again with those that came after it. */
  hadCompany: boolean;
  /** The edit's result in a write that was sent and not answered: if the text turns out to hold it, that write was it. */
  unanswered: { readonly result: unknown } | null;
}

interface Rejected {
  readonly member: Member;
  readonly error: unknown;
}

interface Applied {
  readonly member: Member;
  readonly result: unknown;
  readonly changed: boolean;
}

/**
 * Merges concurrent edits of one text: while a write is on its way, further edits gather and go out together in the next. A write that
 * the server refuses for its content is split until the culprits are alone, so that nobody fails for another's mistake.
 */
export class GroupCommit {
  private waiting: Member[] = [];
  private running = false;
  /** Called with each edit that arrives. */
  private arrived: () => void = () => undefined;
  /** A write whose fate is unknown and that must not be repeated. */
  private givenUp: PortalError | null = null;
  /** What the last write left, usable only where the next write is conditional. */
  private known: Snapshot | null = null;

  constructor(
    private readonly store: Store,
    private readonly name: string,
    private readonly timing: GroupCommitTiming = DEFAULTS,
  ) {}

  /**
   * Resolves when the edit is in the text. When `signal` aborts, an edit that waits is dropped, and one whose write is on its way is left
   * to its fate; both reject at once.
   */
  submit<T>(edit: Edit<T>, signal: AbortSignal): Promise<Committed<T>> {
    return new Promise<Committed<T>>((resolve, reject) => {
      if (signal.aborted) {
        reject(abortedError(signal));
        return;
      }
      const onAbort = (): void =>
        member.reject(member.unanswered === null ? abortedError(signal) : mayBeWritten(signal));
      const settle =
        <A>(deliver: (value: A) => void) =>
        (value: A): void => {
          if (member.settled) return;
          member.settled = true;
          signal.removeEventListener('abort', onAbort);
          deliver(value);
        };
      const member: Member = {
        edit,
        signal,
        settled: false,
        hadCompany: false,
        unanswered: null,
        resolve: settle(resolve as (c: Committed<unknown>) => void),
        reject: settle(reject),
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(member);
      this.arrived();
      if (!this.running) void this.run();
    });
  }

  /**
   * A snapshot that was read elsewhere: it saves a read when it can be written to conditionally. Nothing is taken for already there
   * because of it.
   */
  offer(snapshot: Snapshot): void {
    if (snapshot.etag !== null) this.known = snapshot;
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.waiting.length > 0) await this.commitBatch();
    } finally {
      this.running = false;
    }
  }

  private async commitBatch(): Promise<void> {
    const batch: Member[] = [];
    const rejected = await this.commit(null, batch);
    const someoneElseCommitted = rejected.length < batch.length;
    const refused: Rejected[] = [];
    for (const { member, error } of rejected) {
      // What was refused next to its mates may be fine after them: an address that one NIC gives up and another takes.
      refused.push(...(someoneElseCommitted ? await this.commit([member]) : [{ member, error }]));
    }
    await this.rejectUnlessJoined(refused);
  }

  /**
   * Two edits may be acceptable only together (interfaces that swap their addresses), and the second may be a moment behind the first: one
   * that was refused goes out once more with those that wait by then.
   */
  private async rejectUnlessJoined(refused: readonly Rejected[]): Promise<void> {
    const mayJoin = refused.some(({ member }) => !member.settled && !member.hadCompany);
    if (mayJoin && !this.someoneWaits()) await this.nextArrival();
    const joined = this.someoneWaits();
    const again: Member[] = [];
    for (const { member, error } of refused) {
      if (!joined || member.hadCompany) {
        member.reject(error);
        continue;
      }
      member.hadCompany = true;
      again.push(member);
    }
    this.waiting.unshift(...again);
  }

  private someoneWaits(): boolean {
    return this.waiting.some((member) => !member.settled);
  }

  /** Resolves when an edit arrives, at the latest after the time to gather. */
  private nextArrival(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.timing.gather);
      this.arrived = () => {
        clearTimeout(timer);
        this.arrived = () => undefined;
        resolve();
      };
    });
  }

  /**
   * Commits `given`, or what has gathered when the write is due. Answers the members that were refused alone; `batch` receives all.
   */
  private async commit(given: readonly Member[] | null, batch: Member[] = []): Promise<Rejected[]> {
    const nobodyLeft = new AbortController();
    const onAbort = (): void => {
      if ((members ?? this.waiting).every((m) => m.settled))
        nobodyLeft.abort(new PortalError('aborted', 'nobody waits for it'));
    };
    const watched = new Set<AbortSignal>();
    const watch = (all: readonly Member[]): void => {
      for (const { signal } of all) {
        if (!watched.has(signal)) signal.addEventListener('abort', onAbort);
        watched.add(signal);
      }
    };
    let members = given;
    let lost: PortalError | null = null;
    const counts = new Map<PortalError['kind'], number>();
    try {
      watch(members ?? this.waiting);
      for (;;) {
        try {
          const { known } = this;
          let snapshot = known ?? (await this.store.read(nobodyLeft.signal));
          members ??= this.take(batch);
          watch(members);
          // A write to an old text is refused by its ETag; that nothing need be written is only known of a new one.
          if (known !== null && applyAll(members, known.text).text === known.text)
            snapshot = await this.store.read(nobodyLeft.signal);
          await this.writeOnce(members, snapshot, lost, nobodyLeft.signal);
          return [];
        } catch (error) {
          this.known = null;
          if (!(error instanceof PortalError) || error === this.givenUp) throw error;
          const failures = (counts.get(error.kind) ?? 0) + 1;
          counts.set(error.kind, failures);
          if (failures >= this.most(error)) throw error;
          if (mayStillHappen(error)) lost = error;
          const wait = backoffMs(failures, this.timing.retryFirst, this.timing.retryMost, Math.random);
          await sleep(error.retryAfterMs ?? wait, nobodyLeft.signal);
        }
      }
    } catch (error) {
      if (members === null && nobodyLeft.signal.aborted) {
        this.waiting = this.waiting.filter((m) => !m.settled);
        return [];
      }
      return await this.failed(members ?? this.take(batch), error);
    } finally {
      for (const signal of watched) signal.removeEventListener('abort', onAbort);
    }
  }

  private take(batch: Member[]): Member[] {
    const members = this.waiting.filter((m) => !m.settled);
    this.waiting = [];
    batch.push(...members);
    return members;
  }

  /** How often this kind of failure may happen to one batch. */
  private most(error: PortalError): number {
    if (error.kind === 'changed') return this.timing.attempts;
    return error.kind === 'unknown-outcome' ? this.timing.unanswered : 1;
  }

  private async writeOnce(
    members: readonly Member[],
    snapshot: Snapshot,
    lost: PortalError | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { text, applied } = applyAll(members, snapshot.text);
    let written: Written = { version: null, etag: snapshot.etag };
    if (text !== snapshot.text) {
      // Without If-Match a second write could overwrite what somebody else wrote after the first, if that one was executed late.
      if (lost !== null && snapshot.etag === null) throw (this.givenUp = lost);
      const sent = applied.filter(({ member, changed }) => changed && member.unanswered === null);
      for (const { member, result } of sent) member.unanswered = { result };
      try {
        written = await this.store.write(text, snapshot.etag, signal);
      } catch (error) {
        const unanswered = error instanceof PortalError && error.kind === 'unknown-outcome';
        if (!unanswered) for (const { member } of sent) member.unanswered = null;
        throw error;
      }
    }
    this.known = written.etag === null ? null : { text, etag: written.etag };
    for (const { member, result, changed } of applied) {
      const before = changed ? null : member.unanswered;
      member.resolve({
        result: before === null ? result : before.result,
        changed: changed || before !== null,
        version: written.version,
      });
    }
  }

  private async failed(members: readonly Member[], error: unknown): Promise<Rejected[]> {
    const open = members.filter((m) => !m.settled);
    if (isAboutContent(error)) {
      if (open.length < 2) return open.map((member) => ({ member, error }));
      const middle = Math.ceil(open.length / 2);
      const first = await this.commit(open.slice(0, middle));
      return [...first, ...(await this.commit(open.slice(middle)))];
    }
    const told = error instanceof PortalError && error.kind === 'changed' ? this.neverStill() : error;
    for (const member of open) member.reject(told);
    return [];
  }

  private neverStill(): PortalError {
    return new PortalError(
      'changed',
      `The ${this.name} was changed by somebody else between each of ${this.timing.attempts} reads and the write ` +
        'after it. Nothing was written; run terraform again when the other writer is done.',
    );
  }
}

/** A write without an answer, or with a gateway's, may be executed later still; one that the server itself ended with an error is over. */
function mayStillHappen(error: PortalError): boolean {
  return error.kind === 'unknown-outcome' && (error.status === null || error.status === 502 || error.status === 504);
}

function mayBeWritten(signal: AbortSignal): PortalError {
  return new PortalError(
    'unknown-outcome',
    `${abortedError(signal).message}; the write had been sent by then, so it may have been executed.`,
  );
}

/** Every edit in turn; one that throws fails alone. */
function applyAll(members: readonly Member[], original: string): { text: string; applied: Applied[] } {
  const applied: Applied[] = [];
  let text = original;
  for (const member of members) {
    if (member.settled) continue;
    try {
      const edited = member.edit(text);
      applied.push({ member, result: edited.result, changed: edited.text !== text });
      text = edited.text;
    } catch (error) {
      member.reject(error);
    }
  }
  return { text, applied };
}

function isAboutContent(error: unknown): boolean {
  return error instanceof PortalError && (error.kind === 'refused' || error.kind === 'too-large');
}
