import { now } from '../clock';
import { other, type GatewayName } from '../network/plan';
import { SLACK_MS, TIMEOUT_MS, type Scenario } from '../scenario';

const FAILOVERS = 50;

export const BACK_TO_BACK: Scenario = {
  name: 'back-to-back',
  title: `${FAILOVERS} hand-overs (release), each asked for as soon as the one before carries traffic`,
  cluster: { handover: 'release' },
  gapTargetMs: TIMEOUT_MS + SLACK_MS,
  callsTarget: null,
  act: async (stage) => {
    const fault = stage.fault(`${FAILOVERS} hand-overs begin`);
    let holder: GatewayName = 'a';
    const times: number[] = [];
    for (let count = 0; count < FAILOVERS; count += 1) {
      const began = now();
      holder = other(holder);
      await stage.makeActive(holder);
      await stage.answeredBy(holder, began);
      times.push(now() - began);
    }
    times.sort((a, b) => a - b);
    const [median, worst] = [times[FAILOVERS / 2]!, times.at(-1)!].map(Math.round);
    return { fault, holder, wrong: [], notes: [`a hand-over took ${median} ms (median), ${worst} ms at most`] };
  },
};
