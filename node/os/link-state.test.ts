import { linksDown } from './link-state';

test('names each NIC that is missing or down, once', () => {
  const links = [
    { index: 2, device: 'eth0', up: true },
    { index: 3, device: 'eth1', up: false },
    { index: 4, device: 'eth3', up: false },
  ];
  expect(linksDown(links, ['eth0', 'eth1', 'eth1', 'eth2'])).toEqual([
    { nic: 'eth1', message: expect.stringMatching(/^eth1 is down .*ip link set eth1 up/) as string },
    { nic: 'eth2', message: expect.stringMatching(/^eth2 is not there/) as string },
  ]);
});
