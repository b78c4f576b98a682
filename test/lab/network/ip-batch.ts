import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/** No NIC has this name: showing it fails, and the failure says that every line before it was carried out. */
const ACK = 'link show dev lab-ack';

/** A long-lived `ip -force -batch -`: a change takes effect in a tenth of a millisecond, not the three of a new process. */
export class IpBatch {
  private readonly child: ChildProcessWithoutNullStreams;
  private said = '';
  private waiting: { resolve: (complaints: string) => void; reject: (error: Error) => void }[] = [];

  /** In the namespace of that path; null: in ours. */
  constructor(netns: string | null) {
    const [program, ...args] = [
      ...(netns === null ? [] : ['nsenter', `--net=${netns}`]),
      'ip',
      '-force',
      '-batch',
      '-',
    ];
    this.child = spawn(program, args, { stdio: 'pipe', detached: true });
    this.child.stdout.resume();
    this.child.stderr.setEncoding('utf8').on('data', (chunk: string) => this.read(chunk));
    this.child.stdin.on('error', () => undefined); // the end below tells
    const end = (why: string) => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`ip -batch ended (${why}): ${this.said}`));
    };
    this.child.on('error', (error) => end(error.message));
    this.child.on('close', (code) => end(`exit code ${String(code)}`));
  }

  /** Runs the lines in order. Rejects with what iproute2 said of those that failed. */
  async run(...lines: readonly string[]): Promise<void> {
    const complaints = await this.try(...lines);
    if (complaints !== '') throw new Error(`ip -batch: ${complaints}\n${lines.join('\n')}`);
  }

  /** Runs the lines in order, each whatever became of the one before, and resolves to the complaints. */
  try(...lines: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write([...lines, ACK, ''].join('\n'));
    });
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    await new Promise((resolve) => {
      this.child.once('close', resolve);
      this.child.stdin.end();
    });
  }

  /** iproute2 is silent on success; a failure is its sentence and then "Command failed -:LINE". */
  private read(chunk: string): void {
    this.said += chunk;
    for (;;) {
      const end = /Device "lab-ack" does not exist\.\n(?:Command failed -:\d+\n)/.exec(this.said);
      if (!end) return;
      const complaints = this.said.slice(0, end.index).trim();
      this.said = this.said.slice(end.index + end[0].length);
      this.waiting.shift()?.resolve(complaints);
    }
  }
}
