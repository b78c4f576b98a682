import * as fc from 'fast-check';
import { TimerHeap, type Timer } from './timer-heap';

test('gives timers in the order of their times, equal ones as they came, however pushes and pops mix', () => {
  const act = fc.oneof(fc.nat(5), fc.constant('pop' as const));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const heap = new TimerHeap();
      let expected: Timer[] = [];
      let order = 0;
      for (const at of acts) {
        if (at === 'pop') {
          const first = [...expected].sort((a, b) => a.at - b.at || a.order - b.order).at(0);
          expected = expected.filter((timer) => timer !== first);
          expect(heap.first()).toBe(first);
          expect(heap.pop()).toBe(first);
        } else {
          const timer: Timer = { at, order: order++, fire: null };
          heap.push(timer);
          expected.push(timer);
        }
      }
    }),
  );
});
