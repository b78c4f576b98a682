import { callsBeforeTraffic } from './critical-path';
import type { LabEvent } from './events';
import { frozenHolder } from './scenarios/frozen-holder';

const call = (gateway: 'a' | 'b', action: string, began: number, at = began + 5): LabEvent => ({
  kind: 'call',
  at,
  began,
  gateway,
  action,
  status: 200,
});
const eni = (at: number, gateway: 'a' | 'b', ...addresses: string[]): LabEvent => ({
  kind: 'eni',
  at,
  gateway,
  addresses,
});
const nic = (at: number, bound: boolean): LabEvent => ({ kind: 'nic', at, gateway: 'a', address: '10.0.1.50', bound });

test('counts from the decision to the move, and nothing that only verifies', () => {
  const events = [
    call('b', 'DescribeNetworkInterfaces', 50),
    call('a', 'UnassignPrivateIpAddresses', 100),
    call('b', 'DescribeNetworkInterfaces', 91),
    call('b', 'AssignPrivateIpAddresses', 110),
    eni(114, 'b', 'foreign', '10.0.1.50'),
    call('b', 'DescribeNetworkInterfaces', 120),
  ];
  const path = { decision: 90, holder: 'b' as const, address: '10.0.1.50' };
  expect(callsBeforeTraffic(events, path)).toEqual([
    'gw-a UnassignPrivateIpAddresses 200',
    'gw-b AssignPrivateIpAddresses 200',
  ]);
  expect(callsBeforeTraffic(events, { ...path, holder: 'a' })).toBeNull();
  expect(callsBeforeTraffic(events, { ...path, decision: 115 })).toBeNull();
});

test('a read that a change followed at once was waited for', () => {
  const events = [
    call('b', 'DescribeNetworkInterfaces', 100),
    call('b', 'AssignPrivateIpAddresses', 106),
    eni(110, 'b', '10.0.1.50'),
  ];
  expect(callsBeforeTraffic(events, { decision: 90, holder: 'b', address: '10.0.1.50' })).toHaveLength(2);
});

describe('a frozen holder', () => {
  const claim = call('b', 'AssignPrivateIpAddresses', 3000);

  test('whose address the kernel drops before the other one claims is fine', () => {
    expect(frozenHolder([nic(2500, false), claim], 0, 6000).wrong).toEqual([]);
  });

  test.each<[string, LabEvent[], RegExp]>([
    ['keeps the address', [claim], /kept the address/],
    ['loses it too late', [nic(3500, false), call('b', 'AssignPrivateIpAddresses', 4000)], /at most 3100 ms/],
    ['loses it after the claim', [nic(3050, false), claim], /claimed after 3000 ms/],
    ['binds it again', [nic(2500, false), claim, nic(6100, true)], /bound the address again/],
  ])('that %s is not', (_, events, complaint) => {
    expect(frozenHolder(events, 0, 6000).wrong.join()).toMatch(complaint);
  });
});
