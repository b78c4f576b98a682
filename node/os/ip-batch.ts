import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { OsError } from '../reconciler/ports';
import { osFailure, toolFailure } from './failure';
import { inNamespace } from './netns';

/** No NIC has this name, so showing it fails: the failure acknowledges every line before it. */
const ACK = 'link show dev tg-ack-no-nic';
const FAILED = /^Command failed -:(\d+)/;

/** Two of these, the second on a new child, fit well into the lifetime that a refresh renews. */
const ACK_MS = 1000;

interface Pending {
  first: number;
  count: number;
  /** What iproute2 said of the lines that failed, by line number. */
  failures: Map<number, string>;
  timer: NodeJS.Timeout;
  resolve: (failures: (string | null)[]) => void;
  reject: (error: OsError) => void;
}

/**
 * A long-lived `ip -force -batch -`: 0.1 ms a line instead of 3 ms a process. iproute2 says nothing about a line that
 * succeeds, so every request ends with a line that must fail, and stderr is read up to that failure. A line that does
 * not parse ends the child; callers pass validated words only, and the next request starts a new child all the same.
 */
export class IpBatch {
  private child: ChildProcessWithoutNullStreams | null = null;
  private lineNumber = 0;
  private queue: Pending[] = [];
  private said: string[] = [];
  private rest = '';

  constructor(
    private readonly netns: string | null,
    private readonly ackTimeoutMs = ACK_MS,
  ) {}

  /**
   * Runs the lines in order, each whether or not the one before succeeded. Resolves to one item per line: null, or
   * what iproute2 said. Rejects with an OsError when the outcome is not known.
   */
  async run(lines: readonly string[]): Promise<(string | null)[]> {
    if (lines.length === 0) return [];
    const bad = lines.find((line) => /[\n\\#"]/.test(line));
    if (bad !== undefined) throw new Error(`not a line of an ip batch: ${JSON.stringify(bad)}`);
    try {
      return await this.send(lines);
    } catch (error) {
      // The child was killed, or hangs: what we want is idempotent, so say it to a new one.
      if (error instanceof NoAnswer) return await this.send(lines);
      throw error;
    }
  }

  /** The process id of the running child, for tests and logs. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Ends the child; a later request starts another. */
  close(): void {
    this.child?.stdin.end();
    this.detach();
  }

  private send(lines: readonly string[]): Promise<(string | null)[]> {
    const child = (this.child ??= this.start());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.abandon(child, new NoAnswer(`ip gave no answer for ${this.ackTimeoutMs} ms`));
      }, this.ackTimeoutMs);
      this.queue.push({ first: this.lineNumber + 1, count: lines.length, failures: new Map(), timer, resolve, reject });
      this.lineNumber += lines.length + 1;
      child.stdin.write([...lines, ACK, ''].join('\n'));
    });
  }

  private start(): ChildProcessWithoutNullStreams {
    const { program, args } = inNamespace(this.netns, { program: 'ip', args: ['-force', '-batch', '-'] });
    // Detached: a Ctrl-C on our terminal must not take the child before we have unbound.
    const child = spawn(program, args, { stdio: 'pipe', detached: true });
    this.lineNumber = 0;
    this.said = [];
    this.rest = '';
    child.stdout.resume();
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (chunk: string) => this.read(child, chunk));
    child.stdin.on('error', () => undefined); // the exit below tells
    child.on('error', (error: NodeJS.ErrnoException) => this.abandon(child, toolFailure(program, error.code, error)));
    child.on('close', (code, signal) => {
      const said = [...this.said, this.rest].join(' ').trim();
      const how = signal ?? `exit code ${code ?? 'unknown'}`;
      this.abandon(
        child,
        said === '' ? new NoAnswer(`ip ended unexpectedly (${how})`) : osFailure('change addresses', said),
      );
    });
    return child;
  }

  private read(child: ChildProcessWithoutNullStreams, chunk: string): void {
    if (child !== this.child) return;
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const number = FAILED.exec(line)?.[1];
      if (number === undefined) this.said.push(line);
      else this.failed(Number(number));
    }
  }

  private failed(line: number): void {
    const text = this.said.join(' ').trim();
    this.said = [];
    const head = this.queue[0];
    if (head === undefined) return;
    if (line < head.first + head.count) {
      head.failures.set(line, text);
      return;
    }
    this.queue.shift();
    clearTimeout(head.timer);
    head.resolve(Array.from({ length: head.count }, (_, i) => head.failures.get(head.first + i) ?? null));
  }

  private abandon(child: ChildProcessWithoutNullStreams, error: OsError): void {
    if (child !== this.child) return;
    const waiting = this.queue;
    this.detach();
    child.kill('SIGKILL');
    for (const { timer, reject } of waiting) {
      clearTimeout(timer);
      reject(error);
    }
  }

  private detach(): void {
    this.child = null;
    this.queue = [];
  }
}

/** The child hung, or ended without a word about any line. */
class NoAnswer extends OsError {
  constructor(what: string) {
    super('failed', 'retry-now', what);
  }
}
