import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../reconciler/ports';
import { Message, MESSAGE_VERSION } from '../message';
import { encodeFrame, type Frame, FrameDecoder, FrameError } from './frame';
import { Hello, HelloVersion, Refused, type RefusalCode } from './hello';
import { FAREWELL_MS } from './limits';
import type { FrameFault } from './sentences';
import type { Limits, LinkCounters } from './types';

/** How a connection ended. */
export type Ending =
  /** The other side or the network ended it, or we did because it is not needed any more. */
  | { why: 'closed'; error?: NodeJS.ErrnoException }
  | { why: 'we-refused'; code: RefusalCode; hello: Hello | { version: number } }
  | { why: 'refused-by-peer'; code: RefusalCode }
  | { why: 'fault'; code: FrameFault; detail: string }
  /** No hello in time, or nothing for too long. */
  | { why: 'silent' };

export interface ConnectionOptions {
  direction: 'in' | 'out';
  /** The other end for sentences: an IP address, or the address that was called. */
  remote: string;
  hello: () => Hello;
  /** Null: speak with it. */
  judge: (hello: Hello, connection: Connection) => RefusalCode | null;
  onReady: (connection: Connection) => void;
  onMessage: (message: Message, connection: Connection) => void;
  /** Once, whatever happens. */
  onEnd: (ending: Ending, connection: Connection) => void;
  counters: Counting;
  limits: Limits;
  clock: Clock;
}

/** {@link LinkCounters}, as counted. */
export type Counting = Omit<LinkCounters, 'refused'> & { refused: Record<string, number> };

type Sendable = 'heartbeat' | 'document';

/**
 * One connection whose certificate was verified. The caller says hello first, the other side answers with its own or
 * with a refusal; after that both send messages. At most one message of each kind waits when the socket is full.
 */
export class Connection {
  /** What the other side said of itself; set when the connection is ready. */
  peer: Hello | null = null;
  since = 0;
  heardAt: number;
  private ready = false;
  private ended = false;
  private readonly waiting = new Map<Sendable, Buffer>();
  private blockedSince: number | null = null;
  private readonly decoder: FrameDecoder;
  private readonly helloTimer: NodeJS.Timeout;
  private budget: number;
  private budgetAt: number;

  constructor(
    readonly socket: TLSSocket,
    private readonly o: ConnectionOptions,
  ) {
    this.heardAt = o.clock.now();
    this.budget = o.limits.budgetBytes;
    this.budgetAt = this.heardAt;
    this.decoder = new FrameDecoder((kind) =>
      this.ready
        ? kind === 'heartbeat' || kind === 'document' || kind === 'refused'
        : kind === 'hello' || (kind === 'refused' && o.direction === 'out'),
    );
    this.helloTimer = setTimeout(() => this.end({ why: 'silent' }), o.limits.handshakeMs);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => this.flush());
    socket.on('error', (error: NodeJS.ErrnoException) => this.end({ why: 'closed', error }));
    // An `end` that follows bytes nobody has read yet must not overtake them: Node emits it after the data.
    socket.on('end', () => this.end({ why: 'closed' }));
    socket.on('close', () => this.end({ why: 'closed' }));
    if (o.direction === 'out') this.write(encodeFrame('hello', o.hello()));
  }

  get direction(): 'in' | 'out' {
    return this.o.direction;
  }

  get remote(): string {
    return this.o.remote;
  }

  get isReady(): boolean {
    return this.ready && !this.ended;
  }

  /** Sends, or keeps it in place of an older one of its kind until the socket has room. */
  offer(kind: Sendable, frame: Buffer): void {
    if (this.blockedSince === null && !this.socket.writableNeedDrain) {
      this.write(frame);
      return;
    }
    this.blockedSince ??= this.o.clock.now();
    if (this.waiting.has(kind)) this.o.counters.dropped++;
    this.waiting.set(kind, frame);
  }

  /** For how long nothing has come, or nothing has gone out although something should. */
  idleMs(now: number): number {
    return now - Math.min(this.heardAt, this.blockedSince ?? now);
  }

  end(ending: Ending): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.helloTimer);
    this.waiting.clear();
    if (ending.why === 'we-refused' && !this.socket.destroyed) {
      this.socket.end(encodeFrame('refused', { code: ending.code }));
      this.socket.resume();
      setTimeout(() => this.socket.destroy(), FAREWELL_MS).unref();
    } else {
      this.socket.destroy();
    }
    this.o.onEnd(ending, this);
  }

  private write(frame: Buffer): void {
    this.o.counters.sent++;
    this.o.counters.bytesSent += frame.length;
    this.socket.write(frame);
  }

  private flush(): void {
    if (this.ended) return;
    this.blockedSince = null;
    for (const kind of ['heartbeat', 'document'] as const) {
      const frame = this.waiting.get(kind);
      if (frame === undefined) continue;
      this.waiting.delete(kind);
      this.offer(kind, frame); // waits again when the one before has filled the socket
    }
  }

  private receive(chunk: Buffer): void {
    if (this.ended) return;
    const { counters, limits, clock } = this.o;
    counters.bytesReceived += chunk.length;
    const now = clock.now();
    this.budget = Math.min(
      limits.budgetBytes,
      this.budget + ((now - this.budgetAt) / 1000) * limits.budgetBytesPerSecond,
    );
    this.budgetAt = now;
    this.budget -= chunk.length;
    if (this.budget < 0) {
      this.end({ why: 'fault', code: 'flood', detail: `more than ${limits.budgetBytesPerSecond} bytes a second` });
      return;
    }
    try {
      this.decoder.push(chunk, (frame) => {
        this.take(frame);
        return !this.ended;
      });
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.end({ why: 'fault', code: error.code, detail: error.message });
    }
  }

  private take({ kind, body }: Frame): void {
    this.heardAt = this.o.clock.now();
    switch (kind) {
      case 'hello':
        this.greet(body);
        return;
      case 'refused': {
        const refused = Refused.safeParse(body);
        this.end({ why: 'refused-by-peer', code: refused.success ? refused.data.code : 'not-a-member' });
        return;
      }
      case 'heartbeat':
      case 'document': {
        const message = Message.safeParse(body);
        if (!message.success || message.data.type !== kind) {
          const [issue] = message.success ? [] : message.error.issues;
          const detail = issue === undefined ? 'of another type' : `${issue.path.join('.')}: ${issue.message}`;
          this.end({ why: 'fault', code: 'garbage', detail: `a ${kind} frame, ${detail}` });
          return;
        }
        if (message.data.from !== this.peer?.uid) {
          this.end({ why: 'fault', code: 'from', detail: `from ${message.data.from} by uid ${this.peer?.uid ?? '?'}` });
          return;
        }
        this.o.counters.received++;
        this.o.onMessage(message.data, this);
      }
    }
  }

  private greet(body: unknown): void {
    const version = HelloVersion.safeParse(body);
    if (version.success && version.data.version > MESSAGE_VERSION) {
      this.end({ why: 'we-refused', code: 'version', hello: version.data });
      return;
    }
    const hello = Hello.safeParse(body);
    if (!hello.success) {
      const [issue] = hello.error.issues;
      this.end({
        why: 'fault',
        code: 'garbage',
        detail: `a hello, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      });
      return;
    }
    const refusal = this.o.judge(hello.data, this);
    if (this.ended) return;
    if (refusal !== null) {
      this.end({ why: 'we-refused', code: refusal, hello: hello.data });
      return;
    }
    clearTimeout(this.helloTimer);
    this.peer = hello.data;
    this.ready = true;
    this.since = this.heardAt;
    if (this.o.direction === 'in') this.write(encodeFrame('hello', this.o.hello()));
    this.o.onReady(this);
  }
}
