import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../harness/child';
import { Scope } from '../harness/scope';
import { createLab, type Lab } from '../lab/lab';
import { CLUSTER_IP, GATEWAYS } from '../lab/network/plan';
import { pause } from '../lab/pause';
import { formCluster, roleIn } from '../lab/stage';
import type { Bench, BenchReport } from './bench';

const MINUTES = 1;
const LOOK_MS = 1000;

/** Whether a busy machine makes a cluster fail over that has no reason to. */
export const LOAD: Bench = {
  name: 'load',
  summary: 'every core at 100 % for --minutes (default 1), Cluster Timeout 3 s: failovers without a reason are counted',
  needsNetwork: true,
  async run({ minutes = MINUTES }, say): Promise<BenchReport> {
    const scope = new Scope();
    try {
      const lab = await createLab(scope, {
        node: join(__dirname, 'tg-node.cjs'),
        clients: join(__dirname, 'lab-clients.cjs'),
      });
      const { api } = await formCluster(scope, lab, {});
      const cores = availableParallelism();
      const termBefore = await termOf(api('a'));
      lab.recorder.clear();
      for (let i = 0; i < cores; i += 1) await burn(scope, i);
      say(`${cores} cores busy for ${minutes} min …`);
      let lost = 0;
      let silences = 0;
      const end = performance.now() + minutes * 60_000;
      while (performance.now() < end) {
        await pause(LOOK_MS);
        const [a, b] = await Promise.all(GATEWAYS.map(async (name) => roleIn(await api(name).status())));
        if (a?.role !== 'active' || b?.role !== 'standby') lost += 1;
        if (a?.hears !== true || b?.hears !== true) silences += 1;
      }
      const terms = (await termOf(api('a'))) - termBefore;
      const unbound = expiries(lab);
      return {
        json: {
          minutes,
          cores,
          cluster_timeout_s: 3,
          false_positives: terms,
          seconds_in_another_role: lost,
          seconds_unheard: silences,
          addresses_expired: unbound,
        },
        figures: [
          { what: 'takeovers without a reason', value: terms, unit: '', target: 0 },
          { what: 'seconds in which a member was not in its role', value: lost, unit: 's', target: 0 },
          { what: 'seconds in which a member said that it hears nothing', value: silences, unit: 's', target: null },
          { what: 'times the address left the NIC of its holder', value: unbound, unit: '', target: 0 },
        ],
        remarks: [
          `Both daemons, the emulated EC2 and ${cores} busy loops at normal priority shared ${cores} cores; roles were asked for each second, terms counted at the end.`,
        ],
      };
    } finally {
      await scope.close();
    }
  },
};

const termOf = async (api: { status(): Promise<{ cluster?: { term: { number: number } | null } | undefined }> }) =>
  (await api.status()).cluster?.term?.number ?? 0;

/** A process that keeps one core busy. */
async function burn(scope: Scope, index: number): Promise<void> {
  const child = await startChild(process.execPath, ['-e', 'for (;;);'], {
    name: `busy loop ${index}`,
    deathSignal: 'KILL',
  });
  scope.defer(`stop busy loop ${index}`, () => child.stop('SIGKILL'));
}

const expiries = (lab: Lab) =>
  lab.recorder.events.filter((event) => event.kind === 'nic' && event.address === CLUSTER_IP && !event.bound).length;
