import type { Scenario } from '../scenario';
import { BACK_TO_BACK } from './back-to-back';
import { CUTS } from './cuts';
import { GRACEFUL } from './graceful';
import { UNGRACEFUL } from './ungraceful';

/** Every scenario, in the order they are run. */
export const SCENARIOS: readonly Scenario[] = [...GRACEFUL, ...UNGRACEFUL, ...CUTS, BACK_TO_BACK];
