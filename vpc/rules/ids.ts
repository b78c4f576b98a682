import type { VpcState } from './state';

const MASK = (1n << 64n) - 1n;

/** SplitMix64: spreads a counter over 64 bits, so that ids look like AWS's and differ between seeds. */
function mix(counter: bigint): bigint {
  let z = (counter * 0x9e3779b97f4a7c15n) & MASK;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}

function next(state: VpcState): { state: VpcState; bits: bigint } {
  const issued = state.issued + 1;
  return { state: { ...state, issued }, bits: mix((BigInt(state.seed) << 24n) + BigInt(issued)) };
}

/** A fresh id such as `eni-0123456789abcdef0`, and the state that has handed it out. */
export function newId(state: VpcState, prefix: string): { state: VpcState; id: string } {
  const issued = next(state);
  return { state: issued.state, id: `${prefix}-0${issued.bits.toString(16).padStart(16, '0')}` };
}

/** A fresh MAC address of the kind ENIs have. */
export function newMac(state: VpcState): { state: VpcState; mac: string } {
  const issued = next(state);
  const hex = (issued.bits & 0xffffffffffn).toString(16).padStart(10, '0');
  return { state: issued.state, mac: `02:${(hex.match(/../g) ?? []).join(':')}` };
}

/** A fresh public address, out of the block reserved for documentation-like use (198.18.0.0/15, RFC 2544). */
export function newPublicIp(state: VpcState): { state: VpcState; ip: string } {
  const taken = new Set([...state.eips.values()].map((eip) => eip.publicIp));
  let current = state;
  for (;;) {
    const issued = next(current);
    current = issued.state;
    const low = Number(issued.bits & 0x1ffffn);
    const ip = `198.${18 + (low >> 16)}.${(low >> 8) & 255}.${low & 255}`;
    if (!taken.has(ip)) return { state: current, ip };
  }
}
