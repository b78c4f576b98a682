import { detectSecondActors, refusalOf } from './detect';
import { settings, type WatchedNic } from './finding';
import type { HostView } from './host-view';

const eth1: WatchedNic = { nic: 'eth1', index: 3, addresses: ['10.0.1.50'], needsRule: true };
const LINK = '/run/systemd/netif/links/3';
const managed = 'ADMIN_STATE=configured\nOPER_STATE=routable\nNETWORK_FILE=/run/systemd/network/70-eth1.network\n';
const DROP_IN = '/etc/systemd/network/70-eth1.network.d/50-cluster-ip.conf';

function host(files: Record<string, string>, answers: Record<string, string> = {}): HostView {
  return {
    read: (path) => Promise.resolve(files[path] ?? null),
    names: (folder) =>
      Promise.resolve(
        Object.keys(files)
          .filter((path) => path.slice(0, path.lastIndexOf('/')) === folder)
          .map((path) => path.slice(folder.length + 1))
          .sort(),
      ),
    ask: (...words) => Promise.resolve(answers[words.join(' ')] ?? null),
  };
}
const detect = (files: Record<string, string>, answers: Record<string, string> = {}, nic = eth1) =>
  detectSecondActors(host(files, answers), [nic]);

test('a bare host has no second actor, and none refuses', async () => {
  const findings = await detect({});
  expect(findings).toEqual([]);
  expect(refusalOf(findings)).toBeNull();
});

describe('systemd-networkd', () => {
  const network = '/run/systemd/network/70-eth1.network';

  test('is fatal on a NIC it manages, with the drop-in for the very .network file', async () => {
    const findings = await detect({ [LINK]: managed, [network]: '[Match]\nName=eth1\n' });
    expect(findings).toMatchObject([{ actor: 'systemd-networkd', severity: 'fatal', dropIn: { path: DROP_IN } }]);
    const refusal = refusalOf(findings);
    expect(refusal).toContain('would remove the cluster IP');
    expect(refusal).toContain(`Write ${DROP_IN}:`);
    expect(refusal).toContain('KeepConfiguration=yes');
    expect(refusal).toContain('--ignore-second-actor');
  });

  test('is silent once our drop-in is there, wherever a weaker one says otherwise', async () => {
    const findings = await detect({
      [LINK]: managed,
      [network]: '[Network]\nKeepConfiguration=no\n',
      [DROP_IN]: '# ours\n[Network]\nKeepConfiguration=yes\n',
      '/run/systemd/network/70-eth1.network.d/50-cluster-ip.conf': '[Network]\nKeepConfiguration=no\n',
    });
    expect(findings).toEqual([]);
  });

  test('a later drop-in that takes it back counts', async () => {
    const findings = await detect({
      [LINK]: managed,
      [DROP_IN]: '[Network]\nKeepConfiguration=yes\n',
      '/etc/systemd/network/70-eth1.network.d/60-other.conf': '[Network]\nKeepConfiguration=no\n',
    });
    expect(findings).toHaveLength(1);
  });

  test('KeepConfiguration=static is enough without a policy rule only', async () => {
    const files = { [LINK]: managed, [network]: '[Network]\nKeepConfiguration=static\n' };
    expect(await detect(files, {}, { ...eth1, needsRule: false })).toEqual([]);
    expect((await detect(files))[0]?.message).toContain('would remove the policy rule and the routes');
  });

  test('that binds the cluster IP itself is named with the address', async () => {
    const findings = await detect({
      [LINK]: managed,
      [DROP_IN]: '[Network]\nKeepConfiguration=yes\n',
      '/run/systemd/network/70-eth1.network.d/ec2net_alias.conf':
        '[Address]\nAddress=10.0.1.50/32\nAddPrefixRoute=false\n',
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ severity: 'fatal', dropIn: null });
    expect(findings[0]?.message).toContain('binds 10.0.1.50 on eth1 by itself');
  });

  test('does not matter on a NIC it leaves alone', async () => {
    expect(await detect({ [LINK]: 'ADMIN_STATE=unmanaged\n' })).toEqual([]);
  });
});

test('NetworkManager is fatal on a NIC it manages only', async () => {
  const ask = 'nmcli -t -f DEVICE,STATE device';
  expect(await detect({}, { [ask]: 'eth0:connected\neth1:unmanaged\neth11:connected' })).toEqual([]);
  const findings = await detect({}, { [ask]: 'eth0:unmanaged\neth1:connected' });
  expect(findings).toMatchObject([{ actor: 'NetworkManager', severity: 'fatal' }]);
  expect(refusalOf(findings)).toContain('unmanaged-devices+=interface-name:eth1');
});

test('ec2-net-utils is fatal while its timer runs for the NIC, unless our condition stops its service', async () => {
  const timer = 'systemctl is-active refresh-policy-routes@eth1.timer';
  const findings = await detect({}, { [timer]: 'active' });
  expect(findings).toMatchObject([{ actor: 'amazon-ec2-net-utils', severity: 'fatal' }]);
  const dropIn = findings[0]?.dropIn?.content ?? '';
  expect(await detect({}, { [timer]: 'active', 'systemctl cat refresh-policy-routes@eth1.service': dropIn })).toEqual(
    [],
  );
  expect(await detect({}, { [timer]: 'inactive' })).toEqual([]);
});

test('cloud-init is a warning, until it is told not to configure secondary addresses', async () => {
  const findings = await detect({ '/etc/cloud/cloud.cfg': 'users: []\n' });
  expect(findings).toMatchObject([{ actor: 'cloud-init', severity: 'warning' }]);
  expect(refusalOf(findings)).toBeNull();
  const dropIn = findings[0]!.dropIn!;
  expect(await detect({ '/etc/cloud/cloud.cfg': '', [dropIn.path]: dropIn.content })).toEqual([]);
  expect(await detect({ '/etc/cloud/cloud.cfg': 'network: {config: disabled}\n' })).toEqual([]);
  expect(await detect({ '/etc/cloud/cloud.cfg': '', '/etc/cloud/cloud-init.disabled': '' })).toEqual([]);
});

test('dhclient is noted and harmless', async () => {
  const findings = await detect({}, { 'pgrep -a dhclient': '812 dhclient -pf /run/x.pid eth1' });
  expect(findings).toMatchObject([{ actor: 'dhclient', severity: 'note' }]);
  expect(await detect({}, { 'pgrep -a dhclient': '812 dhclient eth10' })).toEqual([]);
});

test('settings are read per section, comments skipped, the last one last', () => {
  const text = '[Match]\nName=a\n[Network]\n#Name=b\nName = c\n;Name=d\nName=e=f\n[Other]\nName=g\n';
  expect(settings(text, 'Network', 'Name')).toEqual(['c', 'e=f']);
});
