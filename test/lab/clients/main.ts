import { createInterface } from 'node:readline';
import { keepTrying } from './connector';
import type { Attempt, ClientEvent, LanSetup } from './event';
import { serve } from './service';
import { openSession } from './session';

/** Attempts are reported together, so that reporting does not disturb them. */
const REPORT_MS = 50;

const print = (event: ClientEvent) => void process.stdout.write(`${JSON.stringify(event)}\n`);

/** `service NAME PORT`, or `lan JSON` (a LanSetup). Runs until stdin ends or a signal; `poke` on stdin pokes every session. */
function main([role, ...words]: string[]): void {
  process.stdout.on('error', () => process.exit(1));
  const input = createInterface({ input: process.stdin });
  input.on('close', () => process.exit(0));
  switch (role) {
    case 'service':
      serve(words[0] ?? '', Number(words[1]), () => print({ kind: 'ready' }));
      return;
    case 'lan':
      lan(JSON.parse(words[0] ?? '') as LanSetup, (poke) => input.on('line', poke));
      print({ kind: 'ready' });
      return;
    default:
      process.stderr.write('usage: service NAME PORT | lan JSON\n');
      process.exit(2);
  }
}

function lan(setup: LanSetup, onPoke: (poke: () => void) => void): void {
  for (const { client, address, stepMs } of setup.connect) {
    let waiting: Attempt[] = [];
    keepTrying({ address, port: setup.port, stepMs, timeoutMs: setup.timeoutMs }, (one) => waiting.push(one));
    setInterval(() => {
      if (waiting.length === 0) return;
      const attempts = waiting.map(({ began, ended, by, failure }): [number, number, string | null, string?] =>
        failure === null ? [round(began), round(ended), by] : [round(began), round(ended), by, failure],
      );
      waiting = [];
      print({ kind: 'attempts', client, attempts });
    }, REPORT_MS);
  }
  const sessions = setup.sessions.map(({ client, address }) =>
    openSession(client, { address, port: setup.port }, print),
  );
  onPoke(() => {
    for (const session of sessions) session.poke();
  });
}

const round = (ms: number) => Math.round(ms * 100) / 100;

main(process.argv.slice(2));
