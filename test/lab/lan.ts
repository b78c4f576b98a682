import { startChild } from '../harness/child';
import type { Scope } from '../harness/scope';
import type { ClientEvent, LanSetup } from './clients/event';
import type { Recorder } from './events';
import type { Host } from './network/host';

/** The clients on the LAN host, running. */
export interface LanClients {
  /** Has every session write a line, to see whether it still lives. */
  poke(): void;
  stop(): Promise<void>;
}

/** Starts them; what they see goes to the recorder. */
export async function startLan(
  scope: Scope,
  host: Host,
  bundle: string,
  setup: LanSetup,
  recorder: Recorder,
): Promise<LanClients> {
  const child = await startChild(
    'nsenter',
    [`--net=${host.netns}`, process.execPath, bundle, 'lan', JSON.stringify(setup)],
    {
      name: 'clients of the LAN host',
      holdStdin: true,
      deathSignal: 'KILL',
      onLine: (line) => recorder.client(JSON.parse(line) as ClientEvent),
    },
  );
  scope.defer('stop the clients', () => child.stop());
  await child.line(/"ready"/, 10_000);
  return {
    poke: () => child.write('poke\n'),
    stop: async () => {
      await child.stop();
    },
  };
}
