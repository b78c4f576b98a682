import { administrator } from './administrator';
import { viewEni } from './eni-view';
import { createWorld } from './world';
import { startVpc } from '@tg/vpc';

test('every call makes a gateway of its own, with a stranger on the data ENI', async () => {
  const vpc = await startVpc({});
  const ec2 = administrator(vpc.endpoint);
  try {
    const [one, two] = [await createWorld(ec2), await createWorld(ec2)];
    expect(one.data.id).not.toBe(two.data.id);
    expect(one.data.mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    expect(await viewEni(ec2, one.data.id)).toEqual({ primary: '10.0.1.10', secondary: [one.foreign] });
    expect(one.management.primary).toBe('10.0.0.10');
  } finally {
    ec2.destroy();
    await vpc.close();
  }
});
