import type { Heartbeat } from '../message';
import type { DocumentPort, SelfReport } from '../ports';
import { isStuck } from './active';
import { reachesEc2, type Situation } from './situation';
import type { MemberState } from './state';

/** The heartbeat that says how this member stands now, numbered `state.seq`. */
export function heartbeatOf(
  state: MemberState,
  situation: Situation,
  document: DocumentPort,
  report: SelfReport,
): Heartbeat {
  const { self, boot, fitness, stopping } = situation;
  const heard = state.peer?.heartbeat;
  return {
    type: 'heartbeat',
    from: self,
    boot,
    seq: state.seq,
    phase: state.phase,
    term: state.term,
    holds: state.phase === 'active' || state.phase === 'yielding',
    claim: state.phase === 'claiming' || state.phase === 'withdrawing' ? state.mine : null,
    released: state.released,
    yields: yieldOf(state, situation),
    // One that is about to end must not be handed anything.
    fitness: { ...fitness, enabled: fitness.enabled && !stopping, ec2: reachesEc2(situation) },
    heard: heard === undefined ? null : { boot: heard.boot, seq: heard.seq },
    document: document.version(),
    applied: report.applied(),
    confirmed: report.confirmed(),
    enis: report.enis(),
    addresses: report.addresses(),
  };
}

function yieldOf(state: MemberState, situation: Situation): Heartbeat['yields'] {
  if (state.term?.uid !== situation.self) return null;
  switch (state.phase) {
    case 'yielding':
      return 'move';
    case 'releasing':
      return isStuck(state, situation) ? 'move' : 'release';
    case 'standby':
      return state.released ? 'release' : null;
    case 'listening':
    case 'claiming':
    case 'withdrawing':
    case 'active':
    case 'suspended':
      return null;
  }
}
