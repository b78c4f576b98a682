/** Random histories of config, roles, faults, other people's hands, crashes: in the end everything is as it should be. */
import * as fc from 'fast-check';
import { throttled, unreachable } from './testing/model';
import { eth1, eth2, Rig } from './testing/rig';
import type { Desired } from './types';

/** More of them by hand: TG_RUNS=5000. */
const RUNS = Number(process.env.TG_RUNS ?? 50);
const POOL = ['10.0.1.50', '10.0.1.51', '10.0.1.52'];
const address = fc.constantFrom(...POOL);
const nic = fc.constantFrom('eth1', 'eth2');

type Event =
  | { do: 'want'; addresses: { address: string; nic: string }[] }
  | { do: 'role'; role: 'active' | 'standby' }
  | { do: 'crash'; downMs: number }
  | {
      do: 'fault';
      call: 'assign' | 'unassign' | 'describe-eni';
      fault: 'throttled' | 'unreachable' | 'lost' | 'late';
      ms: number;
    }
  | { do: 'stale' }
  | { do: 'unbind'; address: string }
  | { do: 'bind-elsewhere'; address: string }
  | { do: 'unassign'; address: string }
  | { do: 'wake' }
  | { do: 'pass'; ms: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('want' as const),
      addresses: fc.uniqueArray(fc.record({ address, nic }), { selector: (d) => d.address, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('role' as const),
      role: fc.constantFrom('active' as const, 'standby' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), downMs: fc.nat(8000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      call: fc.constantFrom('assign' as const, 'unassign' as const, 'describe-eni' as const),
      fault: fc.constantFrom('throttled' as const, 'unreachable' as const, 'lost' as const, 'late' as const),
      ms: fc.nat(9000),
    }),
  },
  fc.constant({ do: 'stale' as const }),
  fc.record({ do: fc.constant('unbind' as const), address }),
  fc.record({ do: fc.constant('bind-elsewhere' as const), address }),
  fc.record({ do: fc.constant('unassign' as const), address }),
  fc.constant({ do: 'wake' as const }),
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(6000) }) },
);

class History {
  readonly rig: Rig;
  private desired: Desired = { version: 1, addresses: [] };
  private role: 'active' | 'standby' = 'active';

  constructor(seed: number) {
    this.rig = new Rig({ seed });
    this.rig.nics = [eth1, eth2];
    this.rig.model.addEni({ eniId: 'eni-a2', primary: '10.0.1.12', secondary: ['10.0.1.79'] });
    this.rig.make();
  }

  async start(): Promise<void> {
    await this.rig.node.start();
    this.rig.node.setDesired(this.desired);
    this.rig.node.setRole(this.role);
  }

  async happen(event: Event): Promise<void> {
    const { rig } = this;
    switch (event.do) {
      case 'want':
        this.desired = { version: this.desired.version + 1, addresses: event.addresses };
        {
          rig.node.setDesired(this.desired);
          return;
        }
      case 'role':
        this.role = event.role;
        {
          rig.node.setRole(event.role);
          return;
        }
      case 'crash':
        rig.kill();
        await rig.clock.advance(event.downMs);
        rig.make();
        return this.start();
      case 'fault': {
        rig.model.fault(event.call, this.faultOf(event));
        return;
      }
      case 'stale': {
        const view = rig.model.view('eni-a');
        rig.model.fault('describe-eni', { kind: 'stale', view: { ...view, secondary: [] } });
        return;
      }
      case 'unbind': {
        rig.model.unbindByHand(event.address);
        return;
      }
      case 'bind-elsewhere':
        // Another actor binds what is on the ENI, as ec2-net-utils does; only then is it ours.
        if (rig.model.holders(event.address).length > 0)
          rig.model.bindByHand({ address: event.address, device: 'eth0' });
        return;
      case 'unassign':
        for (const eniId of rig.model.holders(event.address)) rig.model.unassign(eniId, [event.address]);
        return;
      case 'wake': {
        rig.node.wake();
        return;
      }
      case 'pass':
        return rig.clock.advance(event.ms);
    }
  }

  private faultOf({ fault, ms }: Extract<Event, { do: 'fault' }>): Parameters<Rig['model']['fault']>[1] {
    switch (fault) {
      case 'throttled':
        return { kind: 'error', error: throttled() };
      case 'unreachable':
        return { kind: 'error', error: unreachable() };
      case 'lost':
        return { kind: 'lost-answer' };
      case 'late':
        return { kind: 'late', afterMs: ms };
    }
  }

  /** No more faults; long enough for every back-off and watch, and for the next looks unless told to look now. */
  async calm(woken: boolean): Promise<void> {
    this.rig.model.faults.length = 0;
    if (woken) this.rig.node.wake();
    await this.rig.clock.advance(woken ? 50_000 : 240_000);
  }

  held(eniId: string, nicName: string): string[] {
    const wanted = this.role === 'active' ? this.desired.addresses : [];
    return [...wanted.filter((d) => d.nic === nicName).map((d) => d.address), FOREIGN[eniId]!].sort();
  }

  expectConverged(): void {
    const { rig } = this;
    for (const [eniId, nicName] of [
      ['eni-a', 'eth1'],
      ['eni-a2', 'eth2'],
    ] as const) {
      expect(rig.secondaries(eniId)).toEqual(this.held(eniId, nicName));
      const bound = rig.model.boundNow().filter((b) => POOL.some((a) => b.startsWith(`${a}@`)));
      const wanted = this.role === 'active' ? this.desired.addresses.map((d) => `${d.address}@${d.nic}`) : [];
      expect(bound.sort()).toEqual([...wanted].sort());
    }
    expect(rig.model.ledger.map((e) => `${e.address}@${e.nic}`).sort()).toEqual(
      this.desired.addresses.map((d) => `${d.address}@${d.nic}`).sort(),
    );
    expect(rig.node.status().interfaces.map((i) => i.state)).toEqual(['applied', 'applied']);
  }
}

const FOREIGN: Record<string, string> = { 'eni-a': '10.0.1.77', 'eni-a2': '10.0.1.79' };

test(
  'any history ends where the config says, and never touches a foreign address',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(event, { maxLength: 14 }), async (seed, events) => {
        const history = new History(seed);
        await history.start();
        for (const one of events) {
          await history.happen(one);
          expect(history.rig.secondaries('eni-x')).toEqual(['10.0.1.88']);
          for (const [eniId, foreign] of Object.entries(FOREIGN))
            expect(history.rig.secondaries(eniId)).toContain(foreign);
          expect(history.rig.model.boundNow()).toEqual(expect.arrayContaining(['10.0.1.10@eth1', '10.0.1.77@eth1']));
        }
        await history.calm(seed % 4 !== 0);
        history.expectConverged();
      }),
      { numRuns: RUNS },
    );
  },
  60_000 + RUNS * 500,
);
