import { checkHost, type HostFacts } from './host-checks';

const good: HostFacts = {
  routes: true,
  settings: { forwards: true, reversePath: new Map([['eth1', 2]]), tracked: 0, picksUp: true },
  nics: [
    {
      nic: 'eth1',
      device: 'eth1',
      eniId: 'eni-1',
      needsRule: true,
      sourceDestCheck: false,
      addresses: ['10.0.1.50'],
    },
  ],
  bound: [
    { address: '10.0.1.50', prefixLength: 32, device: 'eth1', label: 'eth1:cip', validSeconds: 5 },
    { address: '10.0.0.10', prefixLength: 24, device: 'eth0', label: 'eth0', validSeconds: null },
  ],
  missing: [],
};
const [nic] = good.nics;
const codes = (facts: Partial<HostFacts>) => checkHost({ ...good, ...facts }).map(({ code }) => code);
const withSettings = (settings: Partial<HostFacts['settings']>) =>
  checkHost({ ...good, settings: { ...good.settings, ...settings } });

test('a host in order has no findings, nor has one of which nothing is known', () => {
  expect(checkHost(good)).toEqual([]);
  const settings = { forwards: null, reversePath: new Map<string, number>(), tracked: null, picksUp: null };
  expect(codes({ settings, nics: nic === undefined ? [] : [{ ...nic, sourceDestCheck: null }] })).toEqual([]);
});

test('each wrong setting is named with its fix', () => {
  expect(withSettings({ forwards: false })).toEqual([
    expect.objectContaining({ code: 'forwarding-off', message: expect.stringContaining('ip_forward=1') as string }),
  ]);
  expect(withSettings({ reversePath: new Map([['eth1', 1]]) })).toEqual([
    expect.objectContaining({ code: 'reverse-path-strict', nic: 'eth1' }),
  ]);
  expect(withSettings({ picksUp: false })).toEqual([expect.objectContaining({ code: 'tracking-strict' })]);
});

test('a strict reverse path matters only beside another default route', () => {
  const settings = { ...good.settings, reversePath: new Map([['eth1', 1]]) };
  expect(codes({ settings, nics: nic === undefined ? [] : [{ ...nic, needsRule: false }] })).toEqual([]);
});

test('the source/destination check is named with the command that ends it', () => {
  const findings = checkHost({ ...good, nics: nic === undefined ? [] : [{ ...nic, sourceDestCheck: true }] });
  expect(findings).toHaveLength(1);
  expect(findings[0]?.message).toMatch(/eni-1 .*source_dest_check = false.*--network-interface-id eni-1/);
});

test('a cluster IP on another NIC is named with the command that removes that very entry', () => {
  const twin = { address: '10.0.1.50', prefixLength: 25, device: 'eth0', label: 'eth0', validSeconds: null };
  const findings = checkHost({ ...good, bound: [...good.bound, twin] });
  expect(findings.map(({ code }) => code)).toEqual(['bound-twice']);
  expect(findings[0]?.message).toContain('ip addr del 10.0.1.50/25 dev eth0');
});

test('a missing tool is a note with its package; conntrack only where something is tracked', () => {
  expect(checkHost({ ...good, missing: ['nft', 'conntrack', 'arping'] })).toEqual([
    expect.objectContaining({
      severity: 'note',
      message: expect.stringMatching(/^nft .* package nftables\.$/) as string,
    }),
  ]);
  const settings = { ...good.settings, tracked: 3 };
  expect(codes({ settings, missing: ['conntrack'] })).toEqual(['tool-missing']);
});
