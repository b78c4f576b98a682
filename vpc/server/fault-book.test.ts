import type { Fault } from './fault';
import { checkFault, FaultBook } from './fault-book';

const call = { action: 'AssignPrivateIpAddresses', instanceId: 'i-1', reads: false };
const kinds = (book: FaultBook, times: number, one: Parameters<FaultBook['strike']>[0] = call) =>
  Array.from({ length: times }, () => book.strike(one).end?.kind ?? null);

test('a fault hits so many calls of its action, in the order of the faults', () => {
  const book = new FaultBook();
  book.add({ action: call.action, kind: 'throttle', times: 2 });
  book.add({ action: '*', kind: 'drop' });
  expect(kinds(book, 1, { ...call, action: 'IMDS' })).toEqual([null]);
  expect(kinds(book, 4)).toEqual(['throttle', 'throttle', 'drop', null]);
});

test('a delay comes on top of another fault; a stale read waits for a call that reads', () => {
  const book = new FaultBook();
  book.add({ action: '*', kind: 'delay', ms: 5 });
  book.add({ action: '*', kind: 'stale-read' });
  book.add({ action: '*', kind: 'throttle' });
  expect(book.strike(call)).toMatchObject({ delayMs: 5, stale: null, end: { kind: 'throttle' } });
  expect(book.strike({ ...call, reads: true })).toEqual({ delayMs: 0, stale: { ms: 0 }, end: null });
});

test('a fault for one instance spares the others, and always means always', () => {
  const book = new FaultBook();
  book.add({ action: '*', kind: 'throttle', times: 'always', instanceId: 'i-2' });
  expect(kinds(book, 2)).toEqual([null, null]);
  expect(kinds(book, 3, { ...call, instanceId: 'i-2' })).toEqual(['throttle', 'throttle', 'throttle']);
  book.clear();
  expect(kinds(book, 1, { ...call, instanceId: 'i-2' })).toEqual([null]);
});

test.each([
  [null, /must be an object/],
  [{ kind: 'throttle' }, /action/],
  [{ action: 'X', kind: 'explode' }, /kind is "explode"; it must be one of throttle/],
  [{ action: 'X', kind: 'throttle', times: 0 }, /times is 0/],
  [{ action: 'X', kind: 'delay', ms: -1 }, /ms is -1/],
  [{ action: 'X', kind: 'drop', when: 'later' }, /when is "later"/],
  [{ action: 'X', kind: 'drop', tmies: 2 }, /unknown field tmies/],
])('%j is refused with a sentence', (fault, sentence) => {
  expect(() => checkFault(fault as unknown as Fault)).toThrow(sentence);
});
