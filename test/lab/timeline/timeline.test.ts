import type { Attempt } from '../clients/event';
import type { LabEvent } from '../events';
import { drawSvg } from './svg';
import { timelineOf } from './timeline';

const FAULT = 10_000;
const events: LabEvent[] = [
  { kind: 'role', at: FAULT - 900, gateway: 'a', role: 'active' },
  { kind: 'eni', at: FAULT - 900, gateway: 'a', addresses: ['10.0.1.77', '10.0.1.50'] },
  { kind: 'nic', at: FAULT - 900, gateway: 'a', address: '10.0.1.50', bound: true },
  { kind: 'session', at: FAULT - 500, client: 'chat', what: 'open', detail: 'a' },
  { kind: 'fault', at: FAULT, text: 'kill -9 <of> gw-a' },
  { kind: 'role', at: FAULT, gateway: 'a', role: '' },
  { kind: 'nic', at: FAULT + 1900, gateway: 'a', address: '10.0.1.50', bound: false },
  {
    kind: 'call',
    at: FAULT + 3010,
    began: FAULT + 3005,
    gateway: 'b',
    action: 'AssignPrivateIpAddresses',
    status: 200,
  },
  { kind: 'eni', at: FAULT + 3009, gateway: 'a', addresses: ['10.0.1.77'] },
  { kind: 'eni', at: FAULT + 3009, gateway: 'b', addresses: ['10.0.1.50'] },
  { kind: 'session', at: FAULT + 3020, client: 'chat', what: 'end', detail: 'ECONNRESET' },
];
const attempt = (at: number, by: string): Attempt => ({ began: FAULT + at, ended: FAULT + at + 1, by, failure: null });
const attempts = new Map([
  ['connect', [attempt(-400, 'a'), attempt(-350, 'a'), attempt(1800, 'a'), attempt(3020, 'b'), attempt(3100, 'b')]],
]);
const timeline = timelineOf({ title: 'a <takeover>', events, attempts, fault: FAULT, from: -500, to: 4000 });
const bars = (group: string, label: RegExp) =>
  timeline.lanes.find((lane) => lane.group === group && label.test(lane.label))!.bars;

test('lanes show who had what from when to when, within the window', () => {
  expect(bars('gw-a', /^role/)).toEqual([{ from: -500, to: 0, kind: 'role', text: 'active' }]);
  expect(bars('gw-a', /^ENI/)).toEqual([{ from: -500, to: 3009, kind: 'a' }]);
  expect(bars('gw-a', /^bound/)).toEqual([{ from: -500, to: 1900, kind: 'a' }]);
  expect(bars('gw-b', /^ENI/)).toEqual([{ from: 3009, to: 4000, kind: 'b' }]);
  expect(bars('gw-b', /^calls/)).toEqual([{ from: 3005, to: 3010, kind: 'call', text: 'Assign' }]);
  expect(bars('LAN host', /speaks/)).toEqual([{ from: -500, to: 3020, kind: 'a' }]);
});

test('the longest gap is in the picture, with its length', () => {
  expect(bars('LAN host', /new connections/).at(-1)).toMatchObject({ kind: 'gap', text: '2150 ms' });
  const svg = drawSvg([timeline], 'a & b');
  for (const text of ['2150 ms', 'kill -9 &lt;of&gt; gw-a', 'a &lt;takeover&gt;', 'a &amp; b', '>Assign<', '>3 s<']) {
    expect(svg).toContain(text);
  }
  expect(svg).not.toMatch(/NaN|undefined|width="-/);
});
