import type { Message, VersionVector } from './message';
import type { Clock, DocumentPort } from './ports';

/** The least time between two sendings of the same document, in milliseconds. */
const RESEND_MS = 500;

/** Sends the cluster document to a peer that lacks something of it, and merges what the peer sends, one at a time. */
export class DocumentSync {
  /** Why the peer's document could not be taken in; null when nothing is wrong. */
  problem: string | null = null;
  private sentAt = -Infinity;
  private sent = '';
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly document: DocumentPort,
    private readonly send: (message: Message) => void,
    private readonly self: string,
    private readonly clock: Clock,
    private readonly log: (level: 'warn' | 'error', message: string) => void,
  ) {}

  /** The peer has said which writes it has. */
  heard(theirs: VersionVector): void {
    const ours = this.document.version();
    if (covers(theirs, ours)) return;
    const now = this.clock.now();
    const key = JSON.stringify(ours);
    if (key === this.sent && now < this.sentAt + RESEND_MS) return;
    this.sent = key;
    this.sentAt = now;
    this.send({ type: 'document', from: this.self, document: this.document.export() });
  }

  /** The peer has sent its document. */
  receive(document: unknown): void {
    this.last = this.last.then(() =>
      this.document.merge(document).then(
        () => {
          this.problem = null;
        },
        (error: unknown) => {
          const sentence = error instanceof Error ? error.message : String(error);
          if (this.problem !== sentence) this.log('error', sentence);
          this.problem = sentence;
        },
      ),
    );
  }
}

/** Whether whoever has `theirs` has everything of `ours`. */
const covers = (theirs: VersionVector, ours: VersionVector): boolean =>
  Object.entries(ours).every(([uid, count]) => (theirs[uid] ?? 0) >= count);
