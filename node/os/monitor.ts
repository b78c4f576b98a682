import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inNamespace } from './netns';
import { isOurLabel } from './labels';

/** What the kernel reported, as far as we care. `lost`: events may be missing, look at everything again. */
export type MonitorEvent = 'address' | 'own-refresh' | 'link' | 'rule' | 'route' | 'lost';

const RESTART_MS = 1000;

/**
 * Starts `ip -o monitor` and reports what it says; restarts it when it ends. `ip -j monitor` prints plain text in every
 * version, hence the parsing. The shell around it ends it when our end of its stdin closes, so that not even kill -9
 * of the daemon leaves one behind. Returns the way to stop.
 */
export function startMonitor(netns: string | null, onEvent: (event: MonitorEvent) => void): () => void {
  let child: ChildProcess | null = null;
  let restart: NodeJS.Timeout | null = null;
  let stopped = false;

  const start = () => {
    restart = null;
    const ip = inNamespace(netns, { program: 'ip', args: ['-o', 'monitor', 'address', 'link', 'rule', 'route'] });
    const script = '"$@" & m=$!; exec >&- 2>&-; read -r _; kill "$m"; wait';
    const started = spawn('/bin/sh', ['-c', script, 'tg-monitor', ip.program, ...ip.args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    child = started;
    started.stdin.on('error', () => undefined);
    started.stderr.on('data', () => onEvent('lost'));
    createInterface({ input: started.stdout }).on('line', (line) => {
      const event = classify(line);
      if (event !== null) onEvent(event);
    });
    const ended = () => {
      if (child !== started) return;
      child = null;
      started.stdin.end();
      if (stopped) return;
      onEvent('lost');
      restart = setTimeout(start, RESTART_MS);
      restart.unref();
    };
    started.stdout.on('close', ended);
    started.on('error', ended);
    // The shell waits for our word only: it must not keep the daemon from exiting.
    started.unref();
  };
  start();

  return () => {
    stopped = true;
    if (restart !== null) clearTimeout(restart);
    child?.stdin?.end();
  };
}

/** Reads one line of `ip -o monitor`; null for what does not concern IPv4 addresses, links, rules and the default route. */
export function classify(line: string): MonitorEvent | null {
  const gone = line.startsWith('Deleted ');
  const body = gone ? line.slice('Deleted '.length) : line;
  if (/^\d+:\s+(from|not)\s/.test(body)) return 'rule';
  // Those of other tables are ours, which we state again and again.
  if (/^default\s/.test(body)) return /\s(table|pref)\s/.test(body) ? null : 'route';
  if (!/^\d+:\s/.test(body)) return null;
  if (/^\d+:\s+\S+\s+inet\s/.test(body)) {
    const label = / (\S+)\\\s+valid_lft/.exec(body)?.[1] ?? '';
    return !gone && isOurLabel(label) ? 'own-refresh' : 'address';
  }
  return /^\d+:\s+\S+\s+inet6\s/.test(body) ? null : 'link';
}
