import type { Bench } from './bench';
import { LOAD } from './load';
import { IDLE } from './takeover/idle';
import { TAKEOVER } from './takeover/takeover';

/** Every bench there is. */
export const BENCHES: readonly Bench[] = [TAKEOVER, IDLE, LOAD];
