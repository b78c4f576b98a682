import { emptyState } from '../rules/state';
import { Timeline } from './timeline';

const states = [0, 1, 2].map((seed) => emptyState('us-east-1', '1', seed));
const [first, second, third] = states as [(typeof states)[0], (typeof states)[0], (typeof states)[0]];

test('shows the state of a moment, the oldest for anything before, and the one before the last change', () => {
  const timeline = new Timeline(first);
  expect(timeline.beforeLastChange()).toBe(first);
  timeline.push(second, 10);
  timeline.push(second, 15);
  timeline.push(third, 20);
  expect([0, 10, 19, 20, 99].map((at) => timeline.at(at))).toEqual([first, second, second, third, third]);
  expect([timeline.latest, timeline.beforeLastChange()]).toEqual([third, second]);
});
