import type { Bench } from './bench';
import { LOAD } from './load';
import { TAKEOVER } from './takeover/takeover';

/** Every bench there is. */
export const BENCHES: readonly Bench[] = [TAKEOVER, LOAD];
