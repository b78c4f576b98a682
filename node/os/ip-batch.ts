import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { OsError } from '../reconciler/ports';
import { osFailure, toolFailure } from './failure';
import { inNamespace } from './netns';

/** No NIC has this name, so showing it fails: the failure acknowledges every line before it. */
const ACK = 'link show dev tg-ack-no-nic';
/** Prints a line like no other, after a query whose own output may be empty: everything before it is the answer. */
const END_OF_ANSWER = 'netconf show dev lo';
const ENDS_ANSWER = /^inet lo |"interface":\s*"lo"/; // JSON is not spoken by every version here
/** Numbers instead of names, JSON instead of tables. */
const OPTIONS = ['-4', '-N', '-j', '-force', '-batch', '-'];
const FAILED = /^Command failed -:(\d+)/;

/** Two of these, the second on a new child, fit well into the lifetime that a refresh renews. */
const ACK_MS = 1000;

interface Pending {
  first: number;
  count: number;
  /** What iproute2 said of the lines that failed, by line number. */
  failures: Map<number, string>;
  /** Everything up to here was carried out. */
  acknowledged: boolean;
  /** Answers still to come on stdout. */
  asked: number;
  answers: string[];
  timer: NodeJS.Timeout;
  resolve: (outcome: Outcome) => void;
  reject: (error: OsError) => void;
}

interface Outcome {
  /** One per line: null, or what iproute2 said. */
  failures: (string | null)[];
  /** One per query: what iproute2 printed. */
  answers: string[];
}

/**
 * A long-lived `ip -4 -N -j -force -batch -`: 0.1 ms a line instead of 3 ms a process. iproute2 says nothing about a line that
 * succeeds, so every request ends with a line that must fail, and stderr is read up to that failure. A line that does
 * not parse ends the child; callers pass validated words only, and the next request starts a new child all the same.
 */
export class IpBatch {
  private child: ChildProcessWithoutNullStreams | null = null;
  private lineNumber = 0;
  private queue: Pending[] = [];
  private said: string[] = [];
  private rest = '';
  private printed = '';

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
    return (await this.sayTwice(lines, 0)).failures;
  }

  /** Asks each of these (`addr show` and the like); one answer per query, as JSON or empty. Rejects with an OsError. */
  async ask(queries: readonly string[]): Promise<string[]> {
    const lines = queries.flatMap((query) => [query, END_OF_ANSWER]);
    const { failures, answers } = await this.sayTwice(lines, queries.length);
    const failed = failures.findIndex((said) => said !== null);
    if (failed >= 0) throw osFailure(`read (ip ${lines[failed] ?? ''})`, failures[failed] ?? '');
    return answers;
  }

  private async sayTwice(lines: readonly string[], asked: number): Promise<Outcome> {
    const bad = lines.find((line) => /[\n\\#"]/.test(line));
    if (bad !== undefined) throw new Error(`not a line of an ip batch: ${JSON.stringify(bad)}`);
    try {
      return await this.send(lines, asked);
    } catch (error) {
      // The child was killed, or hangs: what we want is idempotent, so say it to a new one.
      if (error instanceof NoAnswer) return await this.send(lines, asked);
      throw error;
    }
  }

  /** The process id of the running child, for tests and logs. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Ends the child once it has carried out `last`; a later request starts another. */
  close(last: readonly string[] = []): void {
    if (last.length > 0) this.child?.stdin.write([...last, ''].join('\n'));
    this.child?.stdin.end();
    this.detach();
  }

  private send(lines: readonly string[], asked: number): Promise<Outcome> {
    const child = (this.child ??= this.start());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.abandon(child, new NoAnswer(`ip gave no answer for ${this.ackTimeoutMs} ms`));
      }, this.ackTimeoutMs);
      this.queue.push({
        first: this.lineNumber + 1,
        count: lines.length,
        failures: new Map(),
        acknowledged: false,
        asked,
        answers: [],
        timer,
        resolve,
        reject,
      });
      this.lineNumber += lines.length + 1;
      child.stdin.write([...lines, ACK, ''].join('\n'));
    });
  }

  private start(): ChildProcessWithoutNullStreams {
    const { program, args } = inNamespace(this.netns, { program: 'ip', args: OPTIONS });
    // Detached: a Ctrl-C on our terminal must not take the child before we have unbound.
    const child = spawn(program, args, { stdio: 'pipe', detached: true });
    this.lineNumber = 0;
    this.said = [];
    this.rest = '';
    this.printed = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk: string) => this.readAnswer(child, chunk));
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

  private readAnswer(child: ChildProcessWithoutNullStreams, chunk: string): void {
    if (child !== this.child) return;
    this.printed += chunk;
    if (!chunk.includes('\n')) return;
    const lines = this.printed.split('\n');
    this.printed = lines.pop() ?? '';
    let answer: string[] = [];
    for (const line of lines) {
      if (!ENDS_ANSWER.test(line)) {
        answer.push(line);
        continue;
      }
      const asker = this.queue.find(({ asked }) => asked > 0);
      if (asker === undefined) continue;
      asker.answers.push(answer.join('\n'));
      asker.asked -= 1;
      answer = [];
      this.settle();
    }
    this.printed = [...answer, this.printed].join('\n');
  }

  private failed(line: number): void {
    const text = this.said.join(' ').trim();
    this.said = [];
    const head = this.queue.find(({ acknowledged }) => !acknowledged);
    if (head === undefined) return;
    if (line < head.first + head.count) {
      head.failures.set(line, text);
      // The line that ends an answer failed: no answer will end.
      if (head.asked > 0 && (line - head.first) % 2 === 1) head.asked -= 1;
      return;
    }
    head.acknowledged = true;
    this.settle();
  }

  /** stdout and stderr come each in order, but not in step: a request is over when both are through with it. */
  private settle(): void {
    for (let head = this.queue[0]; head?.acknowledged === true && head.asked === 0; head = this.queue[0]) {
      const { first, count, failures, answers, timer, resolve } = head;
      this.queue.shift();
      clearTimeout(timer);
      resolve({ failures: Array.from({ length: count }, (_, i) => failures.get(first + i) ?? null), answers });
    }
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
