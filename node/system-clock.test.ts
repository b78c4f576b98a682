import { createSystemClock } from './system-clock';

test('counts the time the machine was asleep, once, and never goes back', () => {
  let awake = 1000;
  let total = 50_000;
  const clock = createSystemClock(
    () => awake,
    () => total,
  );
  expect(clock.now()).toBe(1000);
  awake += 10;
  total += 0; // uptime is coarse
  expect(clock.now()).toBe(1010);
  total += 10 + 60_000;
  expect(clock.now()).toBe(61_010);
  awake += 5;
  total += 5;
  expect(clock.now()).toBe(61_015);
});

test('sleep ends at its time, or when its signal aborts', async () => {
  const clock = createSystemClock();
  await clock.sleep(1);
  const controller = new AbortController();
  const asleep = clock.sleep(1e12, controller.signal);
  controller.abort();
  await asleep;
  await clock.sleep(1e12, controller.signal);
});
