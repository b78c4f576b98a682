import type { ReconcilerEvent } from './types';
import { judge, nicNames, type Verdict } from './verdict';
import { wantedClaims, nicNamed, type World } from './world';

/** What was already said about one NIC at one version. */
interface Said {
  version: number;
  applied: boolean;
  refused: boolean;
  failing: string | null;
}

/** Turns the state of each NIC into events, each once. */
export class Announcer {
  private readonly said = new Map<string, Said>();

  announce(world: World): ReconcilerEvent[] {
    if (world.desired === null || world.stopping) return [];
    const events: ReconcilerEvent[] = [];
    for (const nic of nicNames(world)) {
      const verdict = judge(world, nic);
      const said = this.saidOf(nic, world.desired.version);
      const event = next(verdict, said, world.desired.version);
      if (verdict.state !== 'failing') said.failing = null;
      if (verdict.state === 'applied' && world.role === 'active') prove(world, nic);
      if (event !== null) events.push(event);
    }
    return events;
  }

  private saidOf(nic: string, version: number): Said {
    let said = this.said.get(nic);
    if (said?.version !== version) {
      said = { version, applied: false, refused: false, failing: null };
      this.said.set(nic, said);
    }
    return said;
  }
}

function next(verdict: Verdict, said: Said, version: number): ReconcilerEvent | null {
  const { nic, address, problem } = verdict;
  switch (verdict.state) {
    case 'applied':
      if (said.applied) return null;
      said.applied = true;
      return { type: 'applied', version, nic, address };
    case 'refused':
      if (said.refused || problem === null || address === null) return null;
      said.refused = true;
      return { type: 'refused', version, nic, address, code: problem.code, message: problem.message };
    case 'failing':
      if (problem === null || said.failing === problem.code) return null;
      said.failing = problem.code;
      return { type: 'failing', version, nic, address, problem };
    case 'pending':
      return null;
  }
}

/** What has been in force once is never "refused" later. */
function prove(world: World, nic: string): void {
  const known = nicNamed(world, nic);
  if (known !== undefined) for (const claim of wantedClaims(world, known)) claim.proven = true;
}
