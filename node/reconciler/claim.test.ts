import * as fc from 'fast-check';
import { newClaim, observe, settle } from './claim';

const AGREE = 2000;

test('a contradicting look is believed when a second one, later, agrees', () => {
  const claim = newClaim('eni-a', '10.0.1.50', 'eth1');
  settle(claim, 'on');
  expect(observe(claim, false, 0, AGREE)).toBe(false);
  expect(observe(claim, false, 1999, AGREE)).toBe(false);
  expect(claim.presence).toBe('on');
  expect(observe(claim, false, 2000, AGREE)).toBe(true);
  expect(claim.presence).toBe('off');
});

test('a look that shows what is known takes the doubt away', () => {
  const claim = newClaim('eni-a', '10.0.1.50', 'eth1');
  settle(claim, 'on');
  observe(claim, false, 0, AGREE);
  observe(claim, true, 2000, AGREE);
  expect(observe(claim, false, 4000, AGREE)).toBe(false);
  expect(claim.presence).toBe('on');
});

test('no sequence of looks flips what EC2 said, unless two in a row agree against it', () => {
  const looks = fc.array(fc.record({ seen: fc.boolean(), after: fc.nat(5000) }), { maxLength: 30 });
  fc.assert(
    fc.property(looks, (all) => {
      const claim = newClaim('eni-a', '10.0.1.50', 'eth1');
      settle(claim, 'on');
      let at = 0;
      let run: number | null = null;
      for (const { seen, after } of all) {
        at += after;
        const before = claim.presence;
        const contradicts = (before === 'on') !== seen;
        const since: number | null = contradicts ? (run ?? at) : null;
        const flipped = observe(claim, seen, at, AGREE);
        expect(flipped).toBe(contradicts && run !== null && at >= run + AGREE);
        run = flipped ? null : since;
      }
    }),
  );
});
